// Package firstdial lets the first dial to a peer wait until the peer knows this node.
//
// A node is Running before its peers have heard of it: the control server tells them a little later (headscale collects
// changes for 800 ms by default). A function that dials at once then sends its WireGuard handshake to a peer that does
// not respond to it, and the handshake is repeated after five seconds only. A ping of the disco protocol can be repeated as
// often as one likes; the peer replies as soon as it knows the node. The same holds after a freeze, when the ways to
// the peers are dead and nobody has noticed yet.
//
// The reply proves that the peer knows the node, not that it knows a way to it: a peer that has just heard of a node
// without an address drops its response to the handshake. So the tunnel is tried as well, and a handshake that is lost is
// begun anew.
package firstdial

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"tailscale.com/types/key"
	"tailscale.com/types/logger"

	"dev.tailnetproxy/layer/extension/freeze"
)

const (
	// settlingTime is how long after joining, or after a freeze, peers may not know the node.
	settlingTime = 10 * time.Second
	// maxWait is for one peer. A dial through port 1055 has five seconds; something is left for a peer that does
	// not reply to pings.
	maxWait = 3 * time.Second
	// The pauses between pings.
	minPingInterval = 20 * time.Millisecond
	maxBackoff      = 50 * time.Millisecond
	// A handshake is taken for lost after this, or after so many times the peer's round trip; then after twice as long. A
	// peer takes no two of one node within 20 ms.
	minHandshakeTimeout = 50 * time.Millisecond
	handshakeRoundTrips = 4
	// beat is how often the clock is looked at, and freezeThreshold how far apart two looks can be without a freeze.
	beat            = 5 * time.Second
	freezeThreshold = 3 * beat
)

// Peer is who an address leads to: a node itself, a subnet router or an exit node.
type Peer struct {
	Name string
	Key  key.NodePublic
	// Ping sends one ping outside of the tunnel and calls back with the time that its reply took, perhaps never.
	Ping func(replied func(time.Duration))
	// Probe sends one ping through the tunnel, which begins a handshake, and calls back when a reply comes, perhaps
	// never.
	Probe func(replied func())
	// ResetHandshake drops a handshake that is under way, so that the next one begins at once.
	ResetHandshake func()
}

// Tailnet is what a gate has to know. It is asked without a lock of the gate, so that it may take locks of its own.
type Tailnet interface {
	// Self is this node as its peers have to know it; zero before it has joined.
	Self() key.NodePublic
	// Peer finds who an address leads to. There is none for this node itself, and for those who reply to no pings.
	Peer(netip.Addr) (Peer, bool)
}

// Dial is how tailscaled dials through the tailnet.
type Dial = func(context.Context, netip.AddrPort) (net.Conn, error)

// Gate holds up the first dial to each peer in the settling time.
type Gate struct {
	tailnet Tailnet
	logf    logger.Logf
	now     func() time.Time

	mu         sync.Mutex
	frozen     freeze.Detector
	self       key.NodePublic
	running    bool
	settled    time.Time                          // the end of the settling time
	peersReady map[key.NodePublic]<-chan struct{} // closed when the peer has replied, or was waited for long enough
}

// New makes a gate of a node that has not joined yet.
func New(tailnet Tailnet, logf logger.Logf, now func() time.Time) *Gate {
	return &Gate{
		tailnet: tailnet, logf: logf, now: now, frozen: freeze.Detector{Threshold: freezeThreshold},
		peersReady: map[key.NodePublic]<-chan struct{}{},
	}
}

// Guard makes a dial wait at the gate.
func (g *Gate) Guard(dial Dial) Dial {
	return func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		g.wait(ctx, to.Addr())
		return dial(ctx, to)
	}
}

// Running tells whether the node has its place in the tailnet; the settling time begins with it.
func (g *Gate) Running(running bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running = running
	if running {
		g.settle()
	}
}

// CheckClock is called at every beat, so that silence means a freeze.
func (g *Gate) CheckClock() {
	self := g.tailnet.Self()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.checkClock(self)
}

// checkClock begins the settling time anew after a freeze, and when the node has registered under a key that no peer knows.
func (g *Gate) checkClock(self key.NodePublic) {
	frozen := g.frozen.Frozen(g.now())
	another := !self.IsZero() && self != g.self
	first := g.self.IsZero()
	if another {
		g.self = self
	}
	if g.running && (frozen || another && !first) {
		g.logf("first dial: after a freeze or under a new key, peers are pinged again before they are dialled")
		g.settle()
	}
}

func (g *Gate) settle() {
	g.settled = g.now().Add(settlingTime)
	g.peersReady = map[key.NodePublic]<-chan struct{}{}
}

// wait returns when the peer that to leads to can be dialled, or there is no more time.
func (g *Gate) wait(ctx context.Context, to netip.Addr) {
	if ready := g.peerReady(to); ready != nil {
		select {
		case <-ready:
		case <-ctx.Done():
		}
	}
}

// peerReady begins to ping the peer that to leads to unless that was done, and returns what to wait for, if anything.
func (g *Gate) peerReady(to netip.Addr) <-chan struct{} {
	if !g.settling() {
		return nil
	}
	peer, ok := g.tailnet.Peer(to)
	if !ok {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	ready, begun := g.peersReady[peer.Key]
	if !begun {
		closing := make(chan struct{})
		ready = closing
		g.peersReady[peer.Key] = ready
		go g.makeReachable(peer, closing)
	}
	return ready
}

// settling tells whether peers may not know the node yet.
func (g *Gate) settling() bool {
	self := g.tailnet.Self()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.checkClock(self) // a function that has just thawed can be faster than the next beat
	return !g.running || g.now().Before(g.settled)
}

// makeReachable makes sure that the peer can be dialled. It goes on when the dial that began it has ended: others may wait.
func (g *Gate) makeReachable(peer Peer, peersReady chan<- struct{}) {
	defer close(peersReady)
	begun := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), maxWait)
	defer cancel()
	pings, roundTrip := ping(ctx, peer)
	handshakes := 0
	if ctx.Err() == nil {
		handshakes = probeTunnel(ctx, peer, roundTrip)
	}
	outcome := "reachable"
	if ctx.Err() != nil {
		outcome = "dialled all the same"
	}
	g.logf("first dial to %s: %s after %d ms, %d pings and %d handshakes", peer.Name, outcome, time.Since(begun).Milliseconds(), pings, handshakes)
}

// ping repeats pings until a reply comes.
func ping(ctx context.Context, peer Peer) (pings int, roundTrip time.Duration) {
	replies := make(chan time.Duration, 1)
	pause := minPingInterval
	for {
		pings++
		peer.Ping(func(took time.Duration) { trySend(replies, took) })
		if took, ok := receiveWithin(ctx, pause, replies); ok {
			return pings, took
		}
		if ctx.Err() != nil {
			return pings, 0
		}
		pause = min(2*pause, maxBackoff)
	}
}

// probeTunnel tries the tunnel until something comes through it.
func probeTunnel(ctx context.Context, peer Peer, roundTrip time.Duration) (handshakes int) {
	replies := make(chan struct{}, 1)
	timeout := max(minHandshakeTimeout, handshakeRoundTrips*roundTrip)
	for {
		handshakes++
		peer.Probe(func() { trySend(replies, struct{}{}) })
		if _, ok := receiveWithin(ctx, timeout, replies); ok {
			return handshakes
		}
		if ctx.Err() != nil {
			return handshakes
		}
		peer.ResetHandshake()
		timeout *= 2
	}
}

// trySend leaves a reply unless an earlier one is still there. It never waits: whoever calls back may hold a lock.
func trySend[T any](replies chan<- T, reply T) {
	select {
	case replies <- reply:
	default:
	}
}

// receiveWithin takes a reply if one comes in time.
func receiveWithin[T any](ctx context.Context, pause time.Duration, replies <-chan T) (reply T, ok bool) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case reply = <-replies:
		return reply, true
	case <-timer.C:
	case <-ctx.Done():
	}
	return reply, false
}
