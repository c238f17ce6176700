// Package broker accepts the connections to forwards and hands each over to tailscaled when its target can be dialled.
// One loop reacts to events; state.go lists the states of a connection.
package broker

import (
	"fmt"
	"net"
	"os"
	"time"

	"dev.tailnetproxy/layer/extension/forward/listener"
	"dev.tailnetproxy/layer/extension/forward/wire"
	"dev.tailnetproxy/layer/extension/freeze"
)

const (
	// settlingTime is how long after joining, or after a freeze, a failed dial is repeated: nodes, routes and names of the
	// tailnet arrive one after the other.
	settlingTime = 10 * time.Second
	// BeatInterval is how often the clock is compared, and freezeThreshold the time between two beats from which on the
	// environment was frozen. Clients are promised a reset within five seconds of a freeze, most of which are for the target.
	BeatInterval    = time.Second
	freezeThreshold = 5 * time.Second
)

// retryPauses are those before the repetitions of a failed dial, the same as the proxy's.
var retryPauses = []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}

// Log is where the broker writes.
type Log interface {
	Errorf(format string, args ...any)
	Infof(format string, args ...any)
	Debugf(format string, args ...any)
}

// Settings are what the broker works with.
type Settings struct {
	Listeners      []listener.Listener
	MaxConnections int
	// JoinTimeout is how long a connection waits for the node.
	JoinTimeout time.Duration
	Log         Log
	Now         func() time.Time
	// Beats come every BeatInterval. A larger step of the clock between two shows that the environment was frozen.
	Beats <-chan time.Time
	// OnThaw is called after a freeze. Like OnChange it must not wait for the broker.
	OnThaw func()
	// OnChange is called when Status has changed.
	OnChange func()
}

// Broker is used by one call of Run. All its fields but the channels and the counters belong to the loop.
type Broker struct {
	Settings
	actions  chan func()
	finished chan struct{} // closed when the loop has ended
	drained  chan struct{} // closed when the drain has ended

	counters    *counters
	failures    failureLog
	connections map[uint64]*connection
	lastID      uint64
	inTailnet   bool
	hopeless    string        // why the node cannot join until somebody changes something, else empty
	channel     *wire.Channel // to the tailscaled that runs, nil without one
	settled     time.Time     // the end of the settling time
	frozen      freeze.Detector
	draining    bool
}

// New makes a broker of open ports.
func New(settings Settings) *Broker {
	return &Broker{
		Settings: settings, actions: make(chan func()), finished: make(chan struct{}), drained: make(chan struct{}),
		counters: newCounters(settings.Listeners), failures: failureLog{log: settings.Log, now: settings.Now},
		connections: map[uint64]*connection{}, frozen: freeze.Detector{Threshold: freezeThreshold},
	}
}

// Run serves the ports until Drain has ended.
func (b *Broker) Run() {
	defer close(b.finished)
	for number, each := range b.Listeners {
		go b.accept(number, each)
		b.Log.Infof("forward: %s leads to %s in the tailnet", each.Forward.Listen, each.Forward.Target)
	}
	for {
		select {
		case action := <-b.actions:
			action()
		case now := <-b.Beats:
			b.onBeat(now)
		case <-b.drained:
			return
		}
	}
}

// enqueue passes an action to the loop. After the end of the loop it drops the action, and returns false.
func (b *Broker) enqueue(action func()) bool {
	select {
	case b.actions <- action:
		return true
	case <-b.finished:
		return false
	}
}

// acceptPause keeps a process without file descriptors from spinning.
const acceptPause = 50 * time.Millisecond

func (b *Broker) accept(number int, from listener.Listener) {
	for {
		client, err := from.AcceptTCP()
		if err == nil {
			if !b.enqueue(func() { b.onAccepted(number, client) }) {
				reset(client)
			}
			continue
		}
		if isClosed(err) {
			return
		}
		b.enqueue(func() { b.failures.report(from.Forward, "AcceptFailed", err.Error(), "") })
		time.Sleep(acceptPause)
	}
}

// OpenChannel makes a channel for a tailscaled that is about to start, and returns that process's end. The caller closes
// the file when the process has it.
func (b *Broker) OpenChannel() (*os.File, error) {
	channel, theirs, err := wire.NewPair()
	if err != nil {
		return nil, err
	}
	if !b.enqueue(func() { b.onChannel(channel) }) {
		channel.Close()
	}
	return theirs, nil
}

// SetInTailnet tells whether the node has its place in the tailnet.
func (b *Broker) SetInTailnet(is bool) {
	b.enqueue(func() { b.onNode(is) })
}

// SetDefiniteProblem tells why the node cannot join until somebody changes something, and "" when that is over or unknown:
// connections do not wait then.
func (b *Broker) SetDefiniteProblem(why string) {
	b.enqueue(func() { b.onDefiniteProblem(why) })
}

// Drain closes the ports, gives the open connections some time, and resets what is left of them.
func (b *Broker) Drain(limit time.Duration) {
	timer := time.AfterFunc(limit, func() { b.enqueue(b.endDrain) })
	defer timer.Stop()
	b.enqueue(func() {
		listener.Close(b.Listeners)
		b.draining = true
		if open := len(b.connections); open > 0 {
			b.Log.Infof("forwards: no new connections; %d open ones have %v", open, limit)
		}
		b.endDrainWhenEmpty()
	})
	<-b.finished
}

func (b *Broker) endDrainWhenEmpty() {
	if b.draining && len(b.connections) == 0 {
		b.endDrain()
	}
}

func (b *Broker) endDrain() {
	select {
	case <-b.drained:
		return
	default:
	}
	if open := len(b.connections); open > 0 {
		b.Log.Infof("forwards: %d connections are reset", open)
	}
	b.send(wire.Order{Kind: wire.ResetAll}, nil)
	close(b.drained)
	for _, each := range b.connections {
		b.close(each)
	}
}

// onChannel begins with a new tailscaled; the earlier one has ended.
func (b *Broker) onChannel(channel *wire.Channel) {
	b.onChannelEnd(b.channel)
	b.channel = channel
	go func() {
		for {
			var report wire.Report
			if _, err := channel.Receive(&report); err != nil {
				b.enqueue(func() { b.onChannelEnd(channel) })
				return
			}
			b.enqueue(func() { b.onReport(channel, report) })
		}
	}()
	b.dialWaiting()
}

// onChannelEnd is the end of a tailscaled. The system resets what that process has carried.
func (b *Broker) onChannelEnd(channel *wire.Channel) {
	if channel == nil || b.channel != channel {
		return
	}
	channel.Close()
	b.channel = nil
	b.inTailnet = false
	for _, each := range b.connections {
		b.onDaemonEnd(each)
	}
}

func (b *Broker) onNode(inTailnet bool) {
	if b.inTailnet == inTailnet {
		return
	}
	b.inTailnet = inTailnet
	b.hopeless = "" // what is wrong with a node in the tailnet does not keep another one out
	// A node that has lost its place, or has got another one, may have connections that nobody knows any more.
	b.send(wire.Order{Kind: wire.Probe}, nil)
	if !inTailnet {
		for _, each := range b.connections {
			b.onNodeLeft(each)
		}
		return
	}
	b.settle()
	b.dialWaiting()
}

func (b *Broker) onDefiniteProblem(why string) {
	b.hopeless = why
	for _, each := range b.connections {
		if each.state == waiting {
			b.awaitNode(each)
		}
	}
}

func (b *Broker) settle() { b.settled = b.Now().Add(settlingTime) }

func (b *Broker) settling() bool { return b.Now().Before(b.settled) }

func (b *Broker) onBeat(now time.Time) {
	if !b.frozen.Frozen(now) {
		return
	}
	b.Log.Debugf("forwards: after a freeze, connections that give no sign of life are reset")
	b.settle()
	b.send(wire.Order{Kind: wire.Probe}, nil)
	b.OnThaw()
}

func (b *Broker) dialWaiting() {
	for _, each := range b.connections {
		b.dialIfPossible(each)
	}
}

func (b *Broker) canDial() bool { return b.inTailnet && b.channel != nil }

// send is for orders whose failure means that tailscaled is about to end, which is an event of its own.
func (b *Broker) send(order wire.Order, client *net.TCPConn) {
	if b.channel == nil {
		return
	}
	if err := b.channel.Send(order, client); err != nil {
		b.Log.Debugf("forwards: tailscaled takes no order: %v", err)
		b.channel.Close() // its reader then reports the end
	}
}

func (b *Broker) onReport(channel *wire.Channel, report wire.Report) {
	current := b.connections[report.ID]
	if channel != b.channel || current == nil {
		return
	}
	switch report.Kind {
	case wire.Connected:
		b.onConnected(current)
	case wire.Failed:
		b.onDialFailed(current, report)
	case wire.Ended:
		b.onEnded(current, report)
	default:
		b.Log.Errorf("internal error: tailscaled reports %q of a forward", fmt.Sprint(report.Kind))
	}
}
