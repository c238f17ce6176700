package broker

import (
	"sync"
	"time"

	"dev.tailnetproxy/layer/extension/forward/listener"
	"dev.tailnetproxy/layer/extension/forward/wire"
	"dev.tailnetproxy/layer/extension/statefile"
)

// counters are what the state file says of the forwards. They are read outside of the loop.
type counters struct {
	mu       sync.Mutex
	forwards []statefile.Forward
}

func newCounters(listeners []listener.Listener) *counters {
	c := &counters{}
	for _, each := range listeners {
		c.forwards = append(c.forwards, statefile.Forward{Address: each.Forward.Listen.String(), Target: each.Forward.Target.String()})
	}
	return c
}

// Status is what the state file says of the forwards, in the order of TS_FORWARDS.
func (b *Broker) Status() []statefile.Forward {
	b.counters.mu.Lock()
	defer b.counters.mu.Unlock()
	return append([]statefile.Forward(nil), b.counters.forwards...)
}

func (c *counters) change(number int, change func(*statefile.Forward)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.forwards[number])
}

func (c *counters) open(number, difference int) {
	c.change(number, func(f *statefile.Forward) { f.Open += difference })
}

func (c *counters) dialled(number int) {
	c.change(number, func(f *statefile.Forward) { f.Dials++ })
}

func (c *counters) failed(number int, cause wire.Cause, reason string, at time.Time) {
	c.change(number, func(f *statefile.Forward) { f.Failures++ })
	c.broken(number, cause, reason, at)
}

func (c *counters) broken(number int, cause wire.Cause, reason string, at time.Time) {
	c.change(number, func(f *statefile.Forward) {
		f.LastError = &statefile.ForwardError{Cause: string(cause), Message: reason, At: at.UTC().Truncate(time.Second)}
	})
}
