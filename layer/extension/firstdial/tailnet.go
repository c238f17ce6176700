package firstdial

import (
	"net/netip"
	"time"

	"tailscale.com/ipn/ipnext"
	"tailscale.com/ipn/ipnstate"
	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
	"tailscale.com/wgengine"
	"tailscale.com/wgengine/magicsock"
)

// tailnet is the node's own, as tailscaled knows it.
type tailnet struct {
	finder     peerFinder
	host       ipnext.Host
	connection *magicsock.Conn
	engine     wgengine.Engine
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
	// A peer that speaks WireGuard alone (an exit node of Mullvad) replies to neither ping.
	if !ok || found.IsSelf || found.Node.IsWireGuardOnly() || found.Node.DiscoKey().IsZero() {
		return Peer{}, false
	}
	node := found.Node
	peerAddress, ok := t.tailnetAddress(node)
	if !ok {
		return Peer{}, false
	}
	return Peer{
		Name: node.ComputedName(),
		Key:  node.Key(),
		Ping: func(replied func(time.Duration)) {
			t.connection.Ping(node, &ipnstate.PingResult{}, 0, func(result *ipnstate.PingResult) {
				if result.Err == "" {
					replied(time.Duration(result.LatencySeconds * float64(time.Second)))
				}
			})
		},
		Probe: func(replied func()) {
			t.engine.Ping(peerAddress, tailcfg.PingTSMP, 0, func(result *ipnstate.PingResult) {
				if result.Err == "" {
					replied()
				}
			})
		},
		ResetHandshake: func() { t.engine.ResetDevicePeer(node.Key()) },
	}, true
}

// tailnetAddress is the node's own address in the tailnet, of a family that this node has, too.
func (t *tailnet) tailnetAddress(node tailcfg.NodeView) (netip.Addr, bool) {
	self := t.host.NodeBackend().Self()
	if !self.Valid() {
		return netip.Addr{}, false
	}
	for _, peerPrefix := range node.Addresses().All() {
		for _, ownPrefix := range self.Addresses().All() {
			if peerPrefix.Addr().BitLen() == ownPrefix.Addr().BitLen() {
				return peerPrefix.Addr(), true
			}
		}
	}
	return netip.Addr{}, false
}
