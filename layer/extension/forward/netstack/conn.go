// Package netstack makes more of a connection of tailscaled's userspace network than its adapter (gonet) lets one do: reset
// it, and find out whether its other end is alive.
//
// The adapter keeps the endpoint to itself, so it is read by its name; TestConnectionOfUserspaceNetworkIsUnderstood fails
// if an upgrade changes it. Without the endpoint a forward would neither pass a client's reset on nor notice a dead target.
package netstack

import (
	"fmt"
	"net"
	"reflect"
	"time"
	"unsafe"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const (
	// stimulusIdle is when an idle connection is asked for a sign of life, and stimulusInterval when again.
	stimulusIdle     = 300 * time.Millisecond
	stimulusInterval = 600 * time.Millisecond
	// stimulusCount is more than there is time for: not the network decides that a connection is dead, but its user.
	stimulusCount = 100
)

// Conn is a connection of the userspace network.
type Conn struct {
	*gonet.TCPConn
	endpoint tcpip.Endpoint
	stats    *tcp.Stats
}

// New makes one of what tailscaled's dialer returns.
func New(connection net.Conn) (*Conn, error) {
	adapter, ok := connection.(*gonet.TCPConn)
	if !ok {
		return nil, fmt.Errorf("tailscaled dials a %T", connection)
	}
	field := reflect.ValueOf(adapter).Elem().FieldByName("ep")
	if !field.IsValid() || field.Type() != reflect.TypeFor[tcpip.Endpoint]() {
		return nil, fmt.Errorf("the endpoint of a %T is not where it was", connection)
	}
	endpoint := *(*tcpip.Endpoint)(unsafe.Pointer(field.UnsafeAddr()))
	stats, ok := endpoint.Stats().(*tcp.Stats)
	if !ok {
		return nil, fmt.Errorf("the endpoint counts in a %T", endpoint.Stats())
	}
	return &Conn{adapter, endpoint, stats}, nil
}

// Reset ends the connection at once; the other side gets a reset.
func (c *Conn) Reset() {
	c.endpoint.Abort()
}

// Received counts the segments that have come from the other side, those without data included.
func (c *Conn) Received() uint64 { return c.stats.SegmentsReceived.Value() }

// Stimulate makes the other side send something if it is alive: an idle connection sends probes (RFC 9293 section 3.8.4).
// One with data on the way repeats the data by itself.
func (c *Conn) Stimulate() error {
	idle, interval := tcpip.KeepaliveIdleOption(stimulusIdle), tcpip.KeepaliveIntervalOption(stimulusInterval)
	for _, option := range []tcpip.SettableSocketOption{&interval, &idle} {
		if err := c.endpoint.SetSockOpt(option); err != nil {
			return fmt.Errorf("probing: %v", err)
		}
	}
	if err := c.endpoint.SetSockOptInt(tcpip.KeepaliveCountOption, stimulusCount); err != nil {
		return fmt.Errorf("probing: %v", err)
	}
	c.endpoint.SocketOptions().SetKeepAlive(true)
	return nil
}

// Relax ends what Stimulate has begun.
func (c *Conn) Relax() { c.endpoint.SocketOptions().SetKeepAlive(false) }
