// Package firstdial lets the first dial to a peer wait until the peer knows this node.
//
// A node is Running before its peers have heard of it: the control server tells them a little later (headscale collects
// changes for 800 ms by default). A function that dials at once then sends its WireGuard handshake to a peer that does
// not answer it, and the handshake is repeated after five seconds only. A ping of the disco protocol can be repeated as
// often as one likes; the peer answers it as soon as it knows the node. The same holds after a freeze, when the ways to
// the peers are dead and nobody has noticed yet.
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
	// longestWait is for one peer. A dial through port 1055 has five seconds; something is left for a peer that does
	// not answer pings.
	longestWait = 3 * time.Second
	// directFrom is how long after joining an answer by the direct path is not enough. The node may not be connected to
	// its relay yet; a peer whose direct path leads only one way then has none for the answer to a handshake.
	directFrom = 150 * time.Millisecond
	// The pauses between pings.
	shortestPause = 20 * time.Millisecond
	longestPause  = 100 * time.Millisecond
	// beat is how often the clock is looked at, and longestSilence how far apart two looks can be without a freeze.
	beat           = 5 * time.Second
	longestSilence = 3 * beat
)

// Peer is who an address leads to: a node itself, a subnet router or an exit node.
type Peer struct {
	Name string
	Key  key.NodePublic
	// Ping sends one ping and calls back when it is answered, perhaps never, with whether that was by the direct path
	// and not through a relay.
	Ping func(answered func(direct bool))
}

// Tailnet is what a gate has to know. It is asked without a lock of the gate, so that it may take locks of its own.
type Tailnet interface {
	// Self is this node as its peers have to know it; zero before it has joined.
	Self() key.NodePublic
	// Peer finds who an address leads to. There is none for this node itself, and for those who answer no pings.
	Peer(netip.Addr) (Peer, bool)
}

// Dial is how tailscaled dials through the tailnet.
type Dial = func(context.Context, netip.AddrPort) (net.Conn, error)

// Gate holds up the first dial to each peer in the settling time.
type Gate struct {
	tailnet Tailnet
	logf    logger.Logf
	now     func() time.Time

	mu      sync.Mutex
	frozen  freeze.Detector
	self    key.NodePublic
	running bool
	joined  time.Time                          // when the node became Running
	settled time.Time                          // the end of the settling time
	met     map[key.NodePublic]<-chan struct{} // closed when the peer has answered, or was waited for long enough
}

// New makes a gate of a node that has not joined yet.
func New(tailnet Tailnet, logf logger.Logf, now func() time.Time) *Gate {
	return &Gate{
		tailnet: tailnet, logf: logf, now: now, frozen: freeze.Detector{Longest: longestSilence},
		met: map[key.NodePublic]<-chan struct{}{},
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
		g.joined = g.now()
		g.settle()
	}
}

// Look is called at every beat, so that silence means a freeze.
func (g *Gate) Look() {
	self := g.tailnet.Self()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.look(self)
}

// look begins the settling time anew after a freeze, and when the node has registered under a key that no peer knows.
func (g *Gate) look(self key.NodePublic) {
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
	g.met = map[key.NodePublic]<-chan struct{}{}
}

// wait returns when the peer that to leads to can be dialled, or there is no more time.
func (g *Gate) wait(ctx context.Context, to netip.Addr) {
	if known := g.introduce(to); known != nil {
		select {
		case <-known:
		case <-ctx.Done():
		}
	}
}

// introduce begins to ping the peer that to leads to unless that was done, and returns what to wait for, if anything.
func (g *Gate) introduce(to netip.Addr) <-chan struct{} {
	if !g.settling() {
		return nil
	}
	peer, ok := g.tailnet.Peer(to)
	if !ok {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	known, begun := g.met[peer.Key]
	if !begun {
		closing := make(chan struct{})
		known = closing
		g.met[peer.Key] = known
		begun := g.now()
		if g.running {
			begun = g.joined
		}
		go g.ping(peer, begun.Add(directFrom).Sub(g.now()), closing)
	}
	return known
}

// settling tells whether peers may not know the node yet.
func (g *Gate) settling() bool {
	self := g.tailnet.Self()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.look(self) // a function that has just thawed can be faster than the next beat
	return !g.running || g.now().Before(g.settled)
}

// ping repeats pings until one is answered, through a relay at first. It goes on when the dial that began it has ended:
// others may wait.
func (g *Gate) ping(peer Peer, relayOnly time.Duration, known chan<- struct{}) {
	defer close(known)
	begun := time.Now()
	answers := make(chan bool, 1)
	answered := func(direct bool) {
		select {
		case answers <- direct:
		default: // an earlier ping was answered, too
		}
	}
	limit := time.NewTimer(longestWait)
	defer limit.Stop()
	directIsEnough := func() bool { return time.Since(begun) >= relayOnly }
	heard := false
	pause := shortestPause
	for pings := 1; ; pings++ {
		peer.Ping(answered)
		next := pause
		if left := relayOnly - time.Since(begun); heard && left < next {
			next = left
		}
		again := time.NewTimer(next)
		for waiting := true; waiting; {
			select {
			case direct := <-answers:
				heard = true
				if !direct || directIsEnough() {
					again.Stop()
					g.logf("first dial to %s: ping %d was answered after %d ms", peer.Name, pings, time.Since(begun).Milliseconds())
					return
				}
			case <-limit.C:
				again.Stop()
				g.logf("first dial to %s: no answer to %d pings; it is dialled all the same", peer.Name, pings)
				return
			case <-again.C:
				waiting = false
			}
		}
		if heard && directIsEnough() {
			g.logf("first dial to %s: one of %d pings was answered by the direct path", peer.Name, pings)
			return
		}
		pause = min(2*pause, longestPause)
	}
}
