package carrier_test

import (
	"io"
	"testing"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

func TestConnectionIsCarriedUntilItsEnd(t *testing.T) {
	s := start(t)
	client, server := s.connect(1)
	wantAlive(t, client, server)
	must(t, client.CloseWrite())
	_, err := io.ReadAll(server)
	must(t, err)
	must(t, server.Close())
	_, err = io.ReadAll(client)
	must(t, err)
	s.expect(wire.Report{Kind: wire.Ended, ID: 1})
}

func TestResetOfTheTargetIsReported(t *testing.T) {
	s := start(t)
	client, server := s.connect(1)
	must(t, server.SetLinger(0))
	must(t, server.Close())
	wantReset(t, client)
	s.expect(wire.Report{Kind: wire.Ended, ID: 1, Cause: wire.ConnectionReset})
}

func TestFailedDialLeavesTheClientToTheExtension(t *testing.T) {
	for host, cause := range map[string]wire.Cause{"127.0.0.1": wire.NotAllowed, "db": wire.NameNotFound} {
		s := start(t)
		client, copied := s.order(1, host)
		s.expect(wire.Report{Kind: wire.Failed, ID: 1, Cause: cause})
		wantAlive(t, client, copied) // the extension may try again
	}
}

func TestNothingIsDialledWithoutARoute(t *testing.T) {
	s := start(t)
	s.node.set(func() { s.node.routed = false })
	s.order(1, "10.0.0.5")
	s.expect(wire.Report{Kind: wire.Failed, ID: 1, Cause: wire.NoTailnetRoute})
	if len(s.accepted) != 0 {
		t.Error("something was dialled")
	}
}

func TestDialIsCancelled(t *testing.T) {
	s := start(t)
	s.node.set(func() { s.node.hold = make(chan struct{}) })
	s.order(1, "100.64.0.7")
	must(t, s.extension.Send(wire.Order{Kind: wire.Cancel, ID: 1}, nil))
	s.expect(wire.Report{Kind: wire.Failed, ID: 1, Cause: wire.Cancelled})
	must(t, s.extension.Send(wire.Order{Kind: wire.Cancel, ID: 1}, nil)) // once more, and of one that never was
	must(t, s.extension.Send(wire.Order{Kind: wire.Cancel, ID: 99}, nil))
	s.node.set(func() { s.node.hold = nil })
	client, server := s.connect(2)
	wantAlive(t, client, server)
}

func TestEverythingIsResetWhenTheExtensionSaysSo(t *testing.T) {
	s := start(t)
	client, server := s.connect(1)
	must(t, s.extension.Send(wire.Order{Kind: wire.ResetAll}, nil))
	wantReset(t, client)
	wantReset(t, server)
	s.expect(wire.Report{Kind: wire.Ended, ID: 1, Cause: wire.ConnectionReset})
}

// The extension has given its copy up by then: whoever holds the other one keeps the client waiting.
func TestResetEndsDialsThatAreUnderWay(t *testing.T) {
	s := start(t)
	s.node.set(func() { s.node.hold = make(chan struct{}) })
	client, copied := s.order(1, "100.64.0.7")
	must(t, copied.SetLinger(0)) // as the extension does
	copied.Close()
	must(t, s.extension.Send(wire.Order{Kind: wire.ResetAll}, nil))
	wantReset(t, client)
	s.expect(wire.Report{Kind: wire.Failed, ID: 1, Cause: wire.Cancelled})
}

func TestEverythingEndsWithTheChannel(t *testing.T) {
	s := start(t)
	client, _ := s.connect(1)
	s.node.set(func() { s.node.hold = make(chan struct{}) })
	_, copied := s.order(2, "100.64.0.7")
	s.extension.Close()
	wantReset(t, client)
	await(t, "the end", s.served)
	copied.Close()
}

// What a lost report tells would be missing for ever.
func TestChannelEndsWithAnExtensionThatReadsNoReports(t *testing.T) {
	s := start(t)
	go func() {
		withoutConnection := wire.Order{Kind: wire.Dial, ID: 1, Target: forward.Target{Host: "100.64.0.7", Port: 1}}
		for s.extension.Send(withoutConnection, nil) == nil {
		}
	}()
	await(t, "the end of the channel", s.served)
}

func TestHostileOrdersEndNothing(t *testing.T) {
	s := start(t)
	client, server := s.connect(1)
	must(t, s.extension.Send(wire.Order{Kind: "shout", ID: 1}, nil))
	must(t, s.extension.Send(wire.Order{Kind: wire.Dial, ID: 2, Target: forward.Target{Host: "100.64.0.7", Port: 1}}, nil))
	s.expect(wire.Report{Kind: wire.Failed, ID: 2, Cause: wire.InternalError})
	wantAlive(t, client, server)
}
