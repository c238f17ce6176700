package broker

import (
	"errors"
	"net"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// connection is one of a client. The extension keeps its copy of it until the target is connected, so that a dial can be
// repeated, by another tailscaled if need be.
type connection struct {
	id       uint64
	listener int // its number
	forward  forward.Forward
	client   *net.TCPConn // nil when it belongs to tailscaled alone
	deadline time.Time    // the end of waiting for the node
	failed   int          // dials that have failed
	timer    *time.Timer
	state    state
}

func (c *connection) stopTimer() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
}

// reset ends a client's connection so that the client gets an error and no end of data.
func reset(client *net.TCPConn) {
	_ = client.SetLinger(0)
	_ = client.Close()
}

func isClosed(err error) bool { return errors.Is(err, net.ErrClosed) }

// tooManyConnections and tailnetUnavailable are causes that tailscaled knows nothing of.
const (
	tooManyConnections wire.Cause = "TooManyConnections"
	tailnetUnavailable wire.Cause = "TailnetUnavailable"
)

func (b *Broker) onAccepted(number int, client *net.TCPConn) {
	b.onBeat(b.Now()) // a function that has just thawed can be faster than the next beat
	served := b.Listeners[number].Forward
	// If this process is killed, the system resets the connection; so it is after it was handed over, too.
	if err := client.SetLinger(0); err != nil || b.draining {
		reset(client)
		return
	}
	if len(b.connections) >= b.MaxConnections {
		reset(client)
		b.countFailure(number, tooManyConnections, "more connections than TS_FORWARD_MAX_CONNECTIONS allows")
		return
	}
	b.lastID++
	accepted := &connection{
		id: b.lastID, listener: number, forward: served, client: client,
		deadline: b.Now().Add(b.JoinTimeout),
	}
	b.connections[accepted.id] = accepted
	b.counters.open(number, 1)
	b.OnChange()
	if b.canDial() {
		b.dialIfPossible(accepted)
		return
	}
	b.awaitNode(accepted)
}

// awaitNode ends the connection in time if it has to wait for long, and at once if waiting is of no use.
func (b *Broker) awaitNode(current *connection) {
	if !b.inTailnet && b.hopeless != "" {
		b.refuse(current, tailnetUnavailable, "the node cannot join the tailnet: "+b.hopeless)
		return
	}
	b.after(current, max(0, current.deadline.Sub(b.Now())), func() {
		b.refuse(current, tailnetUnavailable, "the node has not joined the tailnet in time")
	})
}

// after calls the action in the loop unless the connection has another state by then.
func (b *Broker) after(current *connection, pause time.Duration, action func()) {
	current.stopTimer()
	var timer *time.Timer
	timer = time.AfterFunc(pause, func() {
		b.enqueue(func() {
			if current.timer == timer {
				action()
			}
		})
	})
	current.timer = timer
}

func (b *Broker) dialIfPossible(current *connection) {
	if !b.canDial() || current.state != waiting && current.state != pausing {
		return
	}
	b.enter(current, dialling)
	b.counters.dialled(current.listener)
	b.send(wire.Order{Kind: wire.Dial, ID: current.id, Target: current.forward.Target}, current.client)
}

func (b *Broker) onConnected(current *connection) {
	if current.state != dialling {
		return
	}
	b.enter(current, connected)
	_ = current.client.Close() // tailscaled has its own copy, whose end is the end
	current.client = nil
	b.OnChange()
}

func (b *Broker) onDialFailed(current *connection, report wire.Report) {
	if current.state != dialling {
		return
	}
	if report.Cause == wire.Cancelled || report.Cause == wire.NotJoined || !b.canDial() {
		// Nothing is known of the target: the node has lost its place meanwhile.
		b.waitForNode(current)
		return
	}
	current.failed++
	if b.mayRetry(current, report.Cause) {
		b.Log.Debugf("forward %s: %s: %s; the dial is repeated", current.forward, report.Cause, report.Reason)
		b.enter(current, pausing)
		b.after(current, retryPauses[current.failed-1], func() { b.dialIfPossible(current) })
		return
	}
	b.refuse(current, report.Cause, report.Reason)
}

// mayRetry allows repetitions in the settling time. What is refused by a rule stays refused, and a client waits for a
// silent target once only.
func (b *Broker) mayRetry(current *connection, cause wire.Cause) bool {
	return b.settling() && current.failed <= len(retryPauses) && cause != wire.NotAllowed && cause != wire.Timeout
}

// waitForNode returns to waiting, and to the dial if the node is there already.
func (b *Broker) waitForNode(current *connection) {
	b.enter(current, waiting)
	if !b.canDial() {
		b.awaitNode(current)
		return
	}
	// The node is in the tailnet for the extension, and not, or no longer, for tailscaled.
	b.after(current, retryPauses[0], func() {
		if b.Now().Before(current.deadline) {
			b.dialIfPossible(current)
		}
		if current.state == waiting {
			b.awaitNode(current)
		}
	})
}

func (b *Broker) onNodeLeft(current *connection) {
	switch current.state {
	case dialling:
		b.send(wire.Order{Kind: wire.Cancel, ID: current.id}, nil)
	case pausing:
		b.waitForNode(current)
	}
}

func (b *Broker) onDaemonEnd(current *connection) {
	switch current.state {
	case dialling, pausing:
		b.waitForNode(current)
	case connected:
		b.countFailure(current.listener, wire.ConnectionReset, "tailscaled has ended")
		b.close(current)
	}
}

func (b *Broker) onEnded(current *connection, report wire.Report) {
	if current.state != connected {
		return
	}
	if report.Cause == wire.NotAlive {
		b.failures.report(current.forward, report.Cause, report.Reason, "the client's connection is reset")
		b.counters.broken(current.listener, report.Cause, report.Reason, b.Now())
	} else if report.Cause != "" {
		// Clients and targets reset connections as they like; that is no failure of the forward.
		b.Log.Debugf("forward %s: %s: %s", current.forward, report.Cause, report.Reason)
	}
	b.close(current)
}

// refuse resets a connection that has no target.
func (b *Broker) refuse(current *connection, cause wire.Cause, reason string) {
	b.countFailure(current.listener, cause, reason)
	b.close(current)
}

func (b *Broker) countFailure(number int, cause wire.Cause, reason string) {
	b.counters.failed(number, cause, reason, b.Now())
	b.failures.report(b.Listeners[number].Forward, cause, reason, "the client's connection is reset")
	b.OnChange()
}

// close ends what the extension has of a connection.
func (b *Broker) close(current *connection) {
	b.enter(current, closed)
	if current.client != nil {
		reset(current.client)
	}
	delete(b.connections, current.id)
	b.counters.open(current.listener, -1)
	b.OnChange()
	b.endDrainWhenEmpty()
}
