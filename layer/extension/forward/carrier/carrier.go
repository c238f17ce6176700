// Package carrier runs inside tailscaled: it dials the targets of forwards for the extension and carries the bytes of the
// clients' connections that the extension has handed over.
package carrier

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/relay"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

const (
	// dialTimeout is for everything between an order and a connection, as that of tailscaled's SOCKS5 server.
	dialTimeout = 5 * time.Second
	// ProbeWindow is how long a living target has for a sign of life after a freeze. Together with the second in which a
	// freeze is noticed it is less than the five seconds that clients are promised.
	ProbeWindow = 3500 * time.Millisecond
)

// Target is a connection to a target that can be asked for a sign of life.
type Target interface {
	relay.Conn
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
	// Received counts what has come from the other side.
	Received() uint64
	// Stimulate makes a living target send something, until Relax.
	Stimulate() error
	Relax()
}

// Tailnet is what the carrier needs of tailscaled.
type Tailnet interface {
	dial.Tailnet
	// Reach makes the node that routes the address reachable again after a freeze, as far as that takes something.
	Reach(context.Context, netip.Addr)
}

// Carrier serves one channel.
type Carrier struct {
	Channel *wire.Channel
	Tailnet Tailnet
	// Understand makes a Target of what the tailnet's dial returns.
	Understand func(net.Conn) (Target, error)
	Logf       func(format string, args ...any)
	Window     time.Duration

	mu      sync.Mutex
	ended   bool
	dials   map[uint64]context.CancelFunc
	carried map[uint64]*carried
	work    sync.WaitGroup
}

// Serve carries out orders until the extension closes the channel, and then resets every connection.
func (c *Carrier) Serve() {
	c.dials, c.carried = map[uint64]context.CancelFunc{}, map[uint64]*carried{}
	for {
		var order wire.Order
		client, err := c.Channel.Receive(&order)
		if err != nil && !errors.Is(err, wire.ErrNoConnection) {
			if !errors.Is(err, io.EOF) {
				c.Logf("forwards: %v", err)
			}
			break
		}
		c.carryOut(order, client, err)
	}
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	c.cancelDials()
	c.resetAll()
	c.work.Wait()
	c.Channel.Close()
}

func (c *Carrier) carryOut(order wire.Order, client *net.TCPConn, err error) {
	switch order.Kind {
	case wire.Dial:
		if client == nil {
			c.report(wire.Report{Kind: wire.Failed, ID: order.ID, Cause: wire.InternalError, Reason: errors.Join(err, wire.ErrNoConnection).Error()})
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
		c.mu.Lock()
		c.dials[order.ID] = cancel
		c.mu.Unlock()
		c.work.Go(func() {
			defer cancel()
			c.serve(ctx, order, client)
		})
	case wire.Cancel:
		c.mu.Lock()
		cancel := c.dials[order.ID]
		c.mu.Unlock()
		if cancel != nil {
			cancel()
		}
	case wire.Probe:
		for _, each := range c.all() {
			c.work.Go(func() { c.probe(each) })
		}
	case wire.ResetAll:
		c.cancelDials()
		c.resetAll()
	default:
		c.Logf("forwards: unknown order %q", order.Kind)
	}
}

// serve dials the target of one connection and lets its bytes be carried.
func (c *Carrier) serve(ctx context.Context, order wire.Order, client *net.TCPConn) {
	target, failed := c.dial(ctx, order)
	near, err := relay.NewClient(client)
	if failed == nil && err != nil {
		failed = &dial.Failure{Cause: wire.ConnectionReset, Reason: "the client: " + err.Error()}
		target.Reset()
	}
	if failed == nil && !c.begin(order.ID, &carried{client: near, target: target, ended: make(chan struct{})}) {
		failed = &dial.Failure{Cause: wire.Cancelled, Reason: "tailscaled stops"}
		target.Reset()
	}
	c.mu.Lock()
	delete(c.dials, order.ID)
	connection := c.carried[order.ID]
	c.mu.Unlock()
	if failed != nil {
		_ = client.Close() // the extension has the connection, too, and decides what becomes of it
		c.report(wire.Report{Kind: wire.Failed, ID: order.ID, Cause: failed.Cause, Reason: failed.Reason})
		return
	}
	c.report(wire.Report{Kind: wire.Connected, ID: order.ID})
	// Not by this goroutine, whose stack has grown with the dial: most connections are idle for long.
	c.work.Go(func() { c.carry(order.ID, near, connection) })
}

// carry carries the bytes of one connection until its end.
func (c *Carrier) carry(id uint64, near relay.Client, connection *carried) {
	err := relay.Run(near, connection.target)
	close(connection.ended)
	c.mu.Lock()
	delete(c.carried, id)
	end := wire.Report{Kind: wire.Ended, ID: id, Cause: connection.cause, Reason: connection.reason}
	c.mu.Unlock()
	if err != nil && end.Cause == "" {
		end.Cause, end.Reason = wire.ConnectionReset, err.Error()
	}
	c.report(end)
}

func (c *Carrier) dial(ctx context.Context, order wire.Order) (Target, *dial.Failure) {
	connection, failed := dial.Dial(ctx, c.Tailnet, order.Target)
	if failed != nil {
		return nil, failed
	}
	target, err := c.Understand(connection)
	if err != nil {
		_ = connection.Close()
		return nil, &dial.Failure{Cause: wire.InternalError, Reason: err.Error()}
	}
	return target, nil
}

// begin is false when the channel has ended meanwhile.
func (c *Carrier) begin(id uint64, connection *carried) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.carried[id] = connection
	}
	return !c.ended
}

const maxReason = 300

func (c *Carrier) report(report wire.Report) {
	report.Reason = report.Reason[:min(len(report.Reason), maxReason)]
	// An extension that misses a report has a connection for ever that is none: then rather no channel.
	if err := c.Channel.Send(report, nil); err != nil {
		c.Channel.Close()
	}
}

func (c *Carrier) all() []*carried {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []*carried
	for _, each := range c.carried {
		all = append(all, each)
	}
	return all
}

func (c *Carrier) cancelDials() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cancel := range c.dials {
		cancel()
	}
}

func (c *Carrier) resetAll() {
	for _, each := range c.all() {
		c.end(each, wire.ConnectionReset, "the forward ends")
	}
}
