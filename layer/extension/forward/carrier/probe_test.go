package carrier_test

import (
	"io"
	"net/netip"
	"testing"

	"dev.tailnetproxy/layer/extension/forward/wire"
)

func TestProbeEndsWhatGivesNoSignOfLife(t *testing.T) {
	s := start(t)
	client, server := s.connect(1)
	must(t, s.extension.Send(wire.Order{Kind: wire.Probe}, nil))
	if to := await(t, "the way to the node", s.node.reached); to != loopback {
		t.Errorf("reached %s", to)
	}
	wantReset(t, client)
	wantReset(t, server)
	s.expect(wire.Report{Kind: wire.Ended, ID: 1, Cause: wire.NotAlive})
}

// Nobody reads from a target that has said that it sends no more; its client has to learn of its death all the same.
func TestProbeEndsWhatTheTargetHasHalfClosed(t *testing.T) {
	s := start(t)
	client, server := s.connect(1)
	must(t, server.CloseWrite())
	_, err := io.ReadAll(client)
	must(t, err)
	must(t, s.extension.Send(wire.Order{Kind: wire.Probe}, nil))
	s.expect(wire.Report{Kind: wire.Ended, ID: 1, Cause: wire.NotAlive})
	wantReset(t, server)
}

func TestProbeKeepsWhatIsAlive(t *testing.T) {
	s := start(t)
	s.node.alive.Store(true)
	client, server := s.connect(1)
	must(t, s.extension.Send(wire.Order{Kind: wire.Probe}, nil))
	await(t, "the way to the node", s.node.reached)
	wantAlive(t, client, server)
	// A second one finds it alive, too; after it the connection ends in order.
	must(t, s.extension.Send(wire.Order{Kind: wire.Probe}, nil))
	await(t, "the way to the node", s.node.reached)
	client.Close()
	server.Close()
	s.expect(wire.Report{Kind: wire.Ended, ID: 1})
}

func TestProbeEndsWhatHasNoRouteAnyMore(t *testing.T) {
	s := start(t)
	s.node.alive.Store(true)
	client, _ := s.connect(1)
	s.node.set(func() { s.node.routed = false })
	must(t, s.extension.Send(wire.Order{Kind: wire.Probe}, nil))
	wantReset(t, client)
	s.expect(wire.Report{Kind: wire.Ended, ID: 1, Cause: wire.NotAlive})
}

func TestProbeEndsWhatHasAnAddressOfAnEarlierRegistration(t *testing.T) {
	s := start(t)
	s.node.alive.Store(true)
	client, _ := s.connect(1)
	s.node.set(func() { s.node.self = []netip.Addr{netip.MustParseAddr("100.64.0.99")} })
	must(t, s.extension.Send(wire.Order{Kind: wire.Probe}, nil))
	wantReset(t, client)
	s.expect(wire.Report{Kind: wire.Ended, ID: 1, Cause: wire.NotAlive})
}
