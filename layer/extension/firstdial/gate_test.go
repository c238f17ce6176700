package firstdial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tailscale.com/types/key"
)

// Addresses of the fake tailnet, and who they lead to.
const (
	target   = "100.64.0.1:80"
	other    = "100.64.0.2:80"
	behind   = "10.1.2.3:80" // routed by router
	beside   = "10.1.2.4:443"
	router   = "100.64.0.3:80"
	internet = "192.0.2.1:443" // by the exit node
	mullvad  = "192.0.2.2:443" // by an exit node that replies to no pings
	nowhere  = "203.0.113.1:80"
)

// tailnetFixture is a tailnet whose peers get to know the node when the test says so, and tailscaled's dials.
type tailnetFixture struct {
	t      *testing.T
	gate   *Gate
	dial   Dial
	offset time.Duration // of the wall clock

	mu             sync.Mutex
	self           key.NodePublic
	peers          map[string]Peer // by address
	ignoredPings   map[string]int  // how many pings a peer does not reply to; -1: all
	lostHandshakes map[string]int  // how many handshakes with a peer are lost; -1: all
	events         []string
}

func newTailnetFixture(t *testing.T) *tailnetFixture {
	s := &tailnetFixture{t: t, self: key.NewNode().Public(), ignoredPings: map[string]int{}, lostHandshakes: map[string]int{}, peers: map[string]Peer{}}
	for name, addresses := range map[string][]string{"target": {target}, "other": {other}, "router": {router, behind, beside}, "gateway": {internet}} {
		peer := Peer{
			Name: name, Key: key.NewNode().Public(),
			Ping: func(replied func(time.Duration)) {
				s.record("ping " + name)
				s.reply(s.ignoredPings, name, func() { replied(time.Millisecond) })
			},
			Probe: func(replied func()) {
				s.record("probe " + name)
				s.reply(s.lostHandshakes, name, replied)
			},
			ResetHandshake: func() { s.record("forget " + name) },
		}
		for _, address := range addresses {
			s.peers[netip.MustParseAddrPort(address).Addr().String()] = peer
		}
	}
	s.gate = New(s, t.Logf, func() time.Time { return time.Now().Add(s.offset) })
	s.dial = s.gate.Guard(func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		s.record("dial " + to.String())
		return nil, ctx.Err()
	})
	return s
}

func (s *tailnetFixture) Self() key.NodePublic {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.self
}

func (s *tailnetFixture) Peer(address netip.Addr) (Peer, bool) {
	peer, ok := s.peers[address.String()]
	return peer, ok
}

func (s *tailnetFixture) reply(ignored map[string]int, name string, replied func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch left := ignored[name]; {
	case left == 0:
		replied()
		replied() // by another way
	case left > 0:
		ignored[name]--
	}
}

func (s *tailnetFixture) record(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, what)
}

// dialAll dials and returns what happened since the last call, with runs of the same in one.
func (s *tailnetFixture) dialAll(addresses ...string) []string {
	s.t.Helper()
	for _, address := range addresses {
		if _, err := s.dial(s.t.Context(), netip.MustParseAddrPort(address)); err != nil {
			s.t.Error(err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	happened := slices.Compact(s.events)
	s.events = nil
	return happened
}

func (s *tailnetFixture) assertEvents(happened []string, want ...string) {
	s.t.Helper()
	if !slices.Equal(happened, want) {
		s.t.Errorf("happened: %q, not %q", happened, want)
	}
}

// runInBubble runs a test in a bubble whose time passes when everything waits.
func runInBubble(t *testing.T, test func(*testing.T, *tailnetFixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newTailnetFixture(t)) })
}

func TestFirstDialWaitsUntilPeerKnowsNode(t *testing.T) {
	for _, ignored := range []int{0, 1, 7, 20} {
		t.Run(fmt.Sprint(ignored), func(t *testing.T) {
			runInBubble(t, func(t *testing.T, s *tailnetFixture) {
				s.ignoredPings["target"] = ignored
				s.gate.Running(true)
				_, err := s.dial(t.Context(), netip.MustParseAddrPort(target))
				if err != nil || len(s.events) != ignored+3 || s.events[len(s.events)-1] != "dial "+target {
					t.Errorf("%v, %q", err, s.events)
				}
			})
		})
	}
}

func TestRoutingPeerIsPinged(t *testing.T) {
	for address, peer := range map[string]string{target: "target", behind: "router", internet: "gateway"} {
		runInBubble(t, func(t *testing.T, s *tailnetFixture) {
			s.gate.Running(true)
			s.assertEvents(s.dialAll(address), "ping "+peer, "probe "+peer, "dial "+address)
		})
	}
}

func TestPeerThatHasRepliedIsNotPingedAgain(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.gate.Running(true)
		s.assertEvents(s.dialAll(target, target, other, target), "ping target", "probe target", "dial "+target, "ping other", "probe other", "dial "+other, "dial "+target)
		s.assertEvents(s.dialAll(behind, beside, router), "ping router", "probe router", "dial "+behind, "dial "+beside, "dial "+router)
		time.Sleep(settlingTime)
		s.assertEvents(s.dialAll(target, internet), "dial "+target, "dial "+internet)
	})
}

func TestUnresponsivePeerIsDialledAfterTimeout(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.ignoredPings["target"] = -1
		s.gate.Running(true)
		s.assertEvents(s.dialAll(target), "ping target", "dial "+target)
		s.assertEvents(s.dialAll(target), "dial "+target) // its handshake is under way; pings would not make it faster
	})
}

// The peer knows the node, but not a way to it: its response to the handshake goes nowhere.
func TestLostHandshakeIsRestarted(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.lostHandshakes["target"] = 2
		s.gate.Running(true)
		s.assertEvents(s.dialAll(target), "ping target", "probe target", "forget target", "probe target", "forget target", "probe target", "dial "+target)
		s.assertEvents(s.dialAll(target), "dial "+target)
	})
}

func TestPeerWithoutTunnelIsDialledAfterTimeout(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.lostHandshakes["target"] = -1
		s.gate.Running(true)
		happened := s.dialAll(target)
		if probes := len(slices.DeleteFunc(slices.Clone(happened), func(event string) bool { return event != "probe target" })); probes < 5 || probes > 7 {
			t.Errorf("%d probes", probes)
		}
		if happened[len(happened)-1] != "dial "+target {
			t.Errorf("happened: %q", happened)
		}
	})
}

func TestHandshakeTimeoutScalesWithRoundTrip(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		const roundTrip = 300 * time.Millisecond
		peer := s.peers[netip.MustParseAddrPort(target).Addr().String()]
		peer.Ping = func(replied func(time.Duration)) { time.AfterFunc(roundTrip, func() { replied(roundTrip) }) }
		peer.Probe = func(replied func()) { time.AfterFunc(2*roundTrip, replied) }
		s.peers[netip.MustParseAddrPort(target).Addr().String()] = peer
		s.gate.Running(true)
		s.assertEvents(s.dialAll(target), "dial "+target) // nothing was forgotten
	})
}

func TestPingRateIsBounded(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.ignoredPings["target"] = -1
		s.gate.Running(true)
		_, _ = s.dial(t.Context(), netip.MustParseAddrPort(target))
		if pings := len(s.events) - 1; pings < 55 || pings > 65 {
			t.Errorf("%d pings", pings)
		}
	})
}

func TestCancelledDialReturnsWhileOthersWait(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.ignoredPings["target"] = 10
		s.gate.Running(true)
		brief, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		patient := make(chan error)
		go func() {
			_, err := s.dial(t.Context(), netip.MustParseAddrPort(target))
			patient <- err
		}()
		if _, err := s.dial(brief, netip.MustParseAddrPort(target)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		s.assertEvents(s.dialAll(), "ping target", "dial "+target)
		if err := <-patient; err != nil {
			t.Error(err)
		}
		s.assertEvents(s.dialAll(), "ping target", "probe target", "dial "+target)
	})
}

func TestConcurrentDialsSharePings(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.ignoredPings["router"] = 3
		s.gate.Running(true)
		var dialAll sync.WaitGroup
		for _, address := range []string{router, behind, beside, router, behind, beside} {
			dialAll.Go(func() { _, _ = s.dial(t.Context(), netip.MustParseAddrPort(address)) })
		}
		dialAll.Wait()
		if !slices.Equal(s.events[:5], []string{"ping router", "ping router", "ping router", "ping router", "probe router"}) || len(s.events) != 5+6 {
			t.Errorf("%q", s.events)
		}
	})
}

func TestPeersWithoutPingSupportAreDialledAtOnce(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.gate.Running(true)
		s.assertEvents(s.dialAll(nowhere, mullvad), "dial "+nowhere, "dial "+mullvad)
	})
}

func TestPeersArePingedBeforeTheNodeIsRunning(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.assertEvents(s.dialAll(target), "ping target", "probe target", "dial "+target)
		s.gate.Running(true)
		s.assertEvents(s.dialAll(target), "ping target", "probe target", "dial "+target)
	})
}

func TestPeersArePingedAgain(t *testing.T) {
	cases := map[string]func(*tailnetFixture){
		"after a freeze in which all clocks stood still but the wall's": func(s *tailnetFixture) { s.offset += time.Hour },
		"after a freeze, seen by the beat":                              func(s *tailnetFixture) { s.offset += time.Hour; s.gate.CheckClock() },
		"after a freeze in which clocks went on":                        func(*tailnetFixture) { time.Sleep(freezeThreshold) },
		"after a freeze within the settling time":                       func(s *tailnetFixture) { s.offset += freezeThreshold },
		"when the node has joined again":                                func(s *tailnetFixture) { s.gate.Running(false); s.gate.Running(true) },
		"when the node has registered under another key":                func(s *tailnetFixture) { s.self = key.NewNode().Public() },
		"when the other key is seen by the beat":                        func(s *tailnetFixture) { s.self = key.NewNode().Public(); s.gate.CheckClock() },
	}
	for name, again := range cases {
		t.Run(name, func(t *testing.T) {
			runInBubble(t, func(t *testing.T, s *tailnetFixture) {
				s.gate.CheckClock()
				s.gate.Running(true)
				s.assertEvents(s.dialAll(target), "ping target", "probe target", "dial "+target)
				again(s)
				s.ignoredPings["target"] = 2
				s.assertEvents(s.dialAll(target, target), "ping target", "probe target", "dial "+target)
			})
		})
	}
}

func TestRegularClockChecksAreNotAFreeze(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.gate.Running(true)
		s.assertEvents(s.dialAll(target), "ping target", "probe target", "dial "+target)
		for range 100 {
			time.Sleep(beat)
			s.gate.CheckClock()
		}
		s.assertEvents(s.dialAll(target, other), "dial "+target, "dial "+other)
	})
}

func TestDialAfterSettlingTimeDoesNotPing(t *testing.T) {
	runInBubble(t, func(t *testing.T, s *tailnetFixture) {
		s.gate.Running(true)
		for range 3 {
			time.Sleep(beat)
			s.gate.CheckClock()
		}
		s.assertEvents(s.dialAll(target), "dial "+target)
	})
}
