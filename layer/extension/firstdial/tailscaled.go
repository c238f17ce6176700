package firstdial

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"tailscale.com/ipn"
	"tailscale.com/ipn/ipnext"
	"tailscale.com/ipn/ipnstate"
	"tailscale.com/types/key"
	"tailscale.com/types/logger"
	"tailscale.com/wgengine"
	"tailscale.com/wgengine/magicsock"
)

const name = "lambda-first-dial"

// Register puts a gate before the dials of the daemon that this is compiled into.
func Register() {
	ipnext.RegisterExtension(name, func(logf logger.Logf, backend ipnext.SafeBackend) (ipnext.Extension, error) {
		finder, ok := backend.(peerFinder)
		if !ok {
			return nil, fmt.Errorf("%T does not tell which peer an address leads to", backend)
		}
		return &extension{logf: logf, backend: backend, finder: finder, ended: make(chan struct{})}, nil
	})
}

// peerFinder is what tailscaled's backend can do beyond its interface for extensions.
type peerFinder interface {
	PeerForIP(netip.Addr) (wgengine.PeerForIP, bool)
}

type extension struct {
	logf    logger.Logf
	backend ipnext.SafeBackend
	finder  peerFinder
	end     sync.Once
	ended   chan struct{}
}

func (*extension) Name() string { return name }

// Init runs when the backend starts, which is before it asks for a tailnet; the dialer is complete then.
func (e *extension) Init(host ipnext.Host) error {
	dialer := e.backend.Sys().Dialer.Get()
	if dialer.NetstackDialTCP == nil || dialer.NetstackDialUDP == nil {
		return fmt.Errorf("tailscaled does not run in userspace: it does not dial by itself")
	}
	tailnet := &tailnet{finder: e.finder, host: host, connection: e.backend.Sys().MagicSock.Get()}
	gate := New(tailnet, e.logf, time.Now)
	host.Hooks().BackendStateChange.Add(func(state ipn.State) { gate.Running(state == ipn.Running) })
	dialer.NetstackDialTCP = gate.Guard(dialer.NetstackDialTCP)
	dialer.NetstackDialUDP = gate.Guard(dialer.NetstackDialUDP)
	go e.beat(gate)
	return nil
}

func (e *extension) Shutdown() error {
	e.end.Do(func() { close(e.ended) })
	return nil
}

func (e *extension) beat(gate *Gate) {
	beats := time.NewTicker(beat)
	defer beats.Stop()
	for {
		select {
		case <-beats.C:
			gate.Look()
		case <-e.ended:
			return
		}
	}
}

// tailnet is the node's own, as tailscaled knows it.
type tailnet struct {
	finder     peerFinder
	host       ipnext.Host
	connection *magicsock.Conn
}

func (t *tailnet) Self() key.NodePublic {
	self := t.host.NodeBackend().Self()
	if !self.Valid() {
		return key.NodePublic{}
	}
	return self.Key()
}

func (t *tailnet) Peer(address netip.Addr) (Peer, bool) {
	found, ok := t.finder.PeerForIP(address)
	// A peer that speaks WireGuard alone (an exit node of Mullvad) answers no disco pings.
	if !ok || found.IsSelf || found.Node.IsWireGuardOnly() || found.Node.DiscoKey().IsZero() {
		return Peer{}, false
	}
	node := found.Node
	return Peer{
		Name: node.ComputedName(),
		Key:  node.Key(),
		Ping: func(answered func(direct bool)) {
			t.connection.Ping(node, &ipnstate.PingResult{}, 0, func(result *ipnstate.PingResult) {
				if result.Err == "" {
					answered(result.DERPRegionID == 0)
				}
			})
		},
	}, true
}
