package carrier

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"dev.tailnetproxy/layer/extension/forward/relay"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// carried is a connection whose bytes are carried. The fields below ended are guarded by the carrier's lock.
type carried struct {
	client relay.Client
	target Target
	ended  chan struct{} // closed when no bytes are carried any more
	probes int           // that are under way
	cause  wire.Cause
	reason string // why it was ended
}

// probe ends the connection unless it is alive. A connection can survive a freeze and even a new registration of the node:
// its target knows nothing of either. So a sign of life decides, and the time since the freeze does not.
func (c *Carrier) probe(connection *carried) {
	target := connection.target
	local, remote := address(target.LocalAddr()), address(target.RemoteAddr())
	if self := c.Tailnet.Self(); len(self) > 0 && !slices.Contains(self, local) {
		c.end(connection, wire.NotAlive, fmt.Sprintf("the node no longer has the address %s", local))
		return
	}
	before := target.Received()
	if err := c.stimulate(connection); err != nil {
		c.end(connection, wire.NotAlive, err.Error())
		return
	}
	defer c.relax(connection)
	ctx, cancel := context.WithTimeout(context.Background(), c.Window)
	defer cancel()
	// The way to the node may take a new handshake, whose own repetition would come too late.
	go c.Tailnet.Reach(ctx, remote)
	if !await(ctx, connection, before) {
		return
	}
	switch {
	case !c.Tailnet.Routed(remote):
		c.end(connection, wire.NotAlive, fmt.Sprintf("no node of the tailnet routes %s any more", remote))
	case target.Received() == before:
		c.end(connection, wire.NotAlive, fmt.Sprintf("no sign of life from %s within %v", remote, c.Window))
	}
}

// signInterval is how often a sign of life is looked for.
const signInterval = 50 * time.Millisecond

// await tells whether the connection is still there after a sign of life, or when the time is over.
func await(ctx context.Context, connection *carried, before uint64) bool {
	looks := time.NewTicker(signInterval)
	defer looks.Stop()
	for connection.target.Received() == before {
		select {
		case <-looks.C:
		case <-connection.ended:
			return false
		case <-ctx.Done():
			return true
		}
	}
	return true
}

func (c *Carrier) stimulate(connection *carried) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	connection.probes++
	return connection.target.Stimulate()
}

// relax is for the last of several probes.
func (c *Carrier) relax(connection *carried) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if connection.probes--; connection.probes == 0 {
		connection.target.Relax()
	}
}

// end resets both sides. The relay alone would not notice the reset of a target that has ended its direction already: nobody
// reads from it any more.
func (c *Carrier) end(connection *carried, cause wire.Cause, reason string) {
	c.mu.Lock()
	if connection.cause == "" {
		connection.cause, connection.reason = cause, reason
	}
	c.mu.Unlock()
	connection.target.Reset()
	connection.client.Reset()
}

func address(of net.Addr) netip.Addr {
	tcp, ok := of.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap()
}
