package extension

import (
	"time"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/forward/broker"
	"dev.tailnetproxy/layer/extension/forward/listener"
	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/supervisor"
)

// stateInterval is the shortest time between two writings of the state file because of the forwards, whose numbers change
// with every connection.
const stateInterval = time.Second

// forwards are the open ports and their broker. A nil one is that of an environment without forwards.
type forwards struct {
	listeners    []listener.Listener
	broker       *broker.Broker
	drainTimeout time.Duration
	beats        *time.Ticker
	changes      chan struct{} // holds one element while the state file is out of date
	thaws        chan struct{} // holds one element after a freeze
}

// openForwards opens the ports of TS_FORWARDS, all or none.
func openForwards(settings config.Config, log *logging.Logger) (*forwards, error) {
	if len(settings.Forwarding.Forwards) == 0 {
		return nil, nil
	}
	listeners, err := listener.Open(settings.Forwarding.Forwards)
	if err != nil {
		return nil, err
	}
	f := &forwards{
		listeners: listeners, drainTimeout: settings.Forwarding.DrainTimeout, beats: time.NewTicker(broker.BeatInterval),
		changes: make(chan struct{}, 1), thaws: make(chan struct{}, 1),
	}
	f.broker = broker.New(broker.Settings{
		Listeners:      listeners,
		MaxConnections: settings.Forwarding.MaxConnections,
		JoinTimeout:    settings.JoinTimeout,
		Log:            log,
		Now:            time.Now,
		Beats:          f.beats.C,
		OnThaw:         func() { notify(f.thaws) },
		OnChange:       func() { notify(f.changes) },
	})
	return f, nil
}

// notify never waits: the broker must not wait for the supervisor, which waits for the broker.
func notify(channel chan<- struct{}) {
	select {
	case channel <- struct{}{}:
	default:
	}
}

// close is for an extension that cannot run.
func (f *forwards) close() {
	if f != nil {
		f.beats.Stop()
		listener.Close(f.listeners)
	}
}

func (f *forwards) addTo(dependencies *supervisor.Dependencies) {
	if f != nil {
		dependencies.Forwards = f.broker
		dependencies.Launcher.OpenForwards = f.broker.OpenChannel
	}
}

// start serves the ports. It comes before the start of tailscaled, which needs a channel of the broker.
func (f *forwards) start(sup *supervisor.Supervisor) {
	if f == nil {
		return
	}
	go f.broker.Run()
	go func() {
		for range f.thaws {
			sup.CheckClock()
		}
	}()
	go func() {
		for range f.changes {
			sup.RefreshState()
			time.Sleep(stateInterval)
		}
	}()
}
