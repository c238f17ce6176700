package broker

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/listener"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// loopless is a broker with one connection; the test is its loop.
type loopless struct {
	*Broker
	at    time.Time
	lines []string
	one   *connection
}

func (l *loopless) Errorf(format string, args ...any) {
	l.lines = append(l.lines, "ERROR "+fmt.Sprintf(format, args...))
}
func (l *loopless) Infof(string, ...any)  {}
func (l *loopless) Debugf(string, ...any) {}

func newLoopless(t *testing.T) *loopless {
	t.Helper()
	port, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &loopless{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	l.Broker = New(Settings{
		Listeners: []listener.Listener{{
			Forward: forward.Forward{
				Listen: netip.MustParseAddrPort(port.Addr().String()), Target: forward.Target{Host: "db", Port: 5432},
			},
			TCPListener: port.(*net.TCPListener),
		}},
		MaxConnections: 2, JoinTimeout: time.Hour, Log: l, Now: func() time.Time { return l.at },
		OnThaw: func() {}, OnChange: func() {},
	})
	t.Cleanup(func() {
		close(l.finished)
		port.Close()
		for _, each := range l.connections {
			each.stopTimer()
		}
		if l.channel != nil {
			l.channel.Close()
		}
	})
	l.one = l.accept(t)
	return l
}

func (l *loopless) accept(t *testing.T) *connection {
	t.Helper()
	client, err := net.Dial("tcp4", l.Listeners[0].Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Listeners[0].AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); accepted.Close() })
	l.onAccepted(0, accepted)
	return l.connections[l.lastID]
}

// joins starts a tailscaled, whose other end nobody reads, and lets the node join.
func joins(l *loopless) {
	channel, theirs, err := wire.NewPair()
	if err != nil {
		panic(err)
	}
	l.onChannel(channel)
	l.onNode(true)
	_ = theirs // open until the end of the test
}

func report(kind wire.ReportKind, cause wire.Cause) func(*loopless) {
	return func(l *loopless) {
		l.onReport(l.channel, wire.Report{Kind: kind, ID: l.one.id, Cause: cause, Reason: "r"})
	}
}

// settled lets the settling time pass before the event.
func settled(event func(*loopless)) func(*loopless) {
	return func(l *loopless) {
		l.at = l.at.Add(settlingTime)
		event(l)
	}
}

func daemonEnds(l *loopless) { l.onChannelEnd(l.channel) }
func nodeLeaves(l *loopless) { l.onNode(false) }
func drainEnds(l *loopless)  { l.draining = true; l.endDrain() }

// step is one event in one state, as the loop would handle it.
type step struct {
	name     string
	from, to state
	event    func(*loopless)
}

var steps = []step{
	{"the node joins", waiting, dialling, joins},
	{"the join timeout is over", waiting, closed, func(l *loopless) { l.refuse(l.one, tailnetUnavailable, "r") }},
	{"the node cannot join", waiting, closed, func(l *loopless) { l.onDefiniteProblem("r") }},
	{"the drain ends", waiting, closed, drainEnds},

	{"connected", dialling, connected, report(wire.Connected, "")},
	{"refused after joining", dialling, pausing, report(wire.Failed, wire.ConnectionRefused)},
	{"no route after joining", dialling, pausing, report(wire.Failed, wire.NoTailnetRoute)},
	{"no name after joining", dialling, pausing, report(wire.Failed, wire.NameNotFound)},
	{"silence after joining", dialling, closed, report(wire.Failed, wire.Timeout)},
	{"not allowed after joining", dialling, closed, report(wire.Failed, wire.NotAllowed)},
	{"refused later", dialling, closed, settled(report(wire.Failed, wire.ConnectionRefused))},
	{"cancelled", dialling, waiting, report(wire.Failed, wire.Cancelled)},
	{"not joined", dialling, waiting, report(wire.Failed, wire.NotJoined)},
	{"failed while the node leaves", dialling, waiting, func(l *loopless) {
		nodeLeaves(l)
		report(wire.Failed, wire.Timeout)(l)
	}},
	{"tailscaled ends", dialling, waiting, daemonEnds},
	{"the drain ends", dialling, closed, drainEnds},

	{"the pause is over", pausing, dialling, func(l *loopless) { l.dialIfPossible(l.one) }},
	{"the node leaves", pausing, waiting, nodeLeaves},
	{"tailscaled ends", pausing, waiting, daemonEnds},
	{"the drain ends", pausing, closed, drainEnds},

	{"ended", connected, closed, report(wire.Ended, "")},
	{"broken", connected, closed, report(wire.Ended, wire.NotAlive)},
	{"tailscaled ends", connected, closed, daemonEnds},
	{"the drain ends", connected, closed, drainEnds},
}

func pathTo(target state) []step {
	paths := map[state][]step{waiting: {}}
	for queue := []state{waiting}; len(queue) > 0; queue = queue[1:] {
		for _, next := range steps {
			if _, known := paths[next.to]; next.from == queue[0] && !known {
				paths[next.to] = append(slices.Clone(paths[next.from]), next)
				queue = append(queue, next.to)
			}
		}
	}
	return paths[target]
}

func (l *loopless) walk(t *testing.T, path []step) {
	t.Helper()
	for _, next := range path {
		next.event(l)
		if l.one.state != next.to {
			t.Fatalf("%s: from %s to %s instead of %s", next.name, next.from, l.one.state, next.to)
		}
	}
}
