// Package netstack makes more of a connection of tailscaled's userspace network than its adapter (gonet) lets one do: reset
// it, wait for bytes without a buffer for them, and find out whether its other end is alive.
//
// The adapter keeps the endpoint and its events to itself, so they are read by their names; TestConnectionOfUserspaceNetworkIsUnderstood fails
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
	"gvisor.dev/gvisor/pkg/waiter"
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
	readable <-chan struct{} // has an element after a change of what can be read
}

// New makes one of what tailscaled's dialer returns.
func New(connection net.Conn) (*Conn, error) {
	adapter, ok := connection.(*gonet.TCPConn)
	if !ok {
		return nil, fmt.Errorf("tailscaled dials a %T", connection)
	}
	endpoint, err := field[tcpip.Endpoint](adapter, "ep")
	if err != nil {
		return nil, err
	}
	events, err := field[*waiter.Queue](adapter, "wq")
	if err != nil {
		return nil, err
	}
	stats, ok := endpoint.Stats().(*tcp.Stats)
	if !ok {
		return nil, fmt.Errorf("the endpoint counts in a %T", endpoint.Stats())
	}
	// It stays registered as long as the connection exists, so that waiting takes no memory.
	entry, readable := waiter.NewChannelEntry(waiter.ReadableEvents)
	events.EventRegister(&entry)
	return &Conn{adapter, endpoint, stats, readable}, nil
}

// field reads what the adapter keeps to itself.
func field[T any](adapter *gonet.TCPConn, name string) (value T, err error) {
	found := reflect.ValueOf(adapter).Elem().FieldByName(name)
	if !found.IsValid() || found.Type() != reflect.TypeFor[T]() {
		return value, fmt.Errorf("the field %s of a %T is not what it was", name, adapter)
	}
	return *(*T)(unsafe.Pointer(found.UnsafeAddr())), nil
}

// Await waits until there is something to read. One goroutine at a time may wait.
func (c *Conn) Await() error {
	for c.endpoint.Readiness(waiter.ReadableEvents) == 0 {
		<-c.readable
	}
	return nil
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
