// Package supervisor keeps the node in its tailnet. One loop reacts to events; state.go lists the states of the node.
package supervisor

import (
	"context"
	"net/netip"
	"time"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/freeze"
	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/rundir"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// Dependencies are what the supervisor works with.
type Dependencies struct {
	Config   config.Config
	Dir      rundir.Dir
	Log      *logging.Logger
	Redactor *logging.Redactor
	Launcher *tailnet.Launcher
	LocalAPI *tailnet.LocalAPI
	// Credential reads the auth key or gets an identity token. It keeps neither.
	Credential func(context.Context) (string, error)
	Now        func() time.Time
	// Ticks come every TickInterval. A larger step of the clock between two ticks shows that the environment was frozen.
	Ticks   <-chan time.Time
	Version string
	// Forwards are nil when there are none.
	Forwards Forwards
}

// Forwards are what the supervisor needs of the TCP forwards. Their methods may be called from the loop.
type Forwards interface {
	// SetInTailnet tells whether the node has its place in the tailnet.
	SetInTailnet(bool)
	// SetDefiniteProblem tells why the node cannot join until somebody changes something, and "" when that is over or unknown.
	SetDefiniteProblem(why string)
	// Status is what the state file says of them.
	Status() []statefile.Forward
}

// Supervisor is used by one call of Run. All its fields but the channels belong to the loop.
type Supervisor struct {
	Dependencies
	actions chan func()
	ready   chan struct{}

	ctx    context.Context // ends with the loop, and ends everything that works for it
	cancel context.CancelFunc

	node     nodeState
	phase    statefile.Phase
	problem  *problem.Problem // what is wrong now, as it stands in the state file
	reminder problem.Reminder

	daemonState         daemonState
	daemon              *tailnet.Daemon // nil while it is stopped
	daemonStarted       time.Time
	attempt             *joinAttempt   // from readingCredential to the end of the first check of the exit node
	check               *exitNodeCheck // while the node is in the tailnet and the exit node has to be asked
	retry               *time.Timer
	failures            int // of attempts in a row; sets the pause before the next one
	losses              int // of a place in the tailnet, in quick succession
	lastLoss            time.Time
	registered          bool // this tailscaled has registered a node, so joining again means to register anew
	approvalPending     bool // an admin has to approve the node, as far as tailscaled has told
	freezeDetector      freeze.Detector
	membershipCheckedAt time.Time  // when the control server was last asked about the node
	exitNode            netip.Addr // the last that was used
}

func New(dependencies Dependencies) *Supervisor {
	ctx, cancel := context.WithCancel(context.Background())
	return &Supervisor{
		Dependencies:   dependencies,
		actions:        make(chan func()),
		ready:          make(chan struct{}),
		ctx:            ctx,
		cancel:         cancel,
		phase:          statefile.Starting,
		freezeDetector: freeze.Detector{Threshold: freezeThreshold},
	}
}

// Ready is closed when the function may start: the node is in the tailnet, the time for that is over, or waiting
// cannot help because somebody has to change something.
func (s *Supervisor) Ready() <-chan struct{} { return s.ready }

// Run joins and stays joined until stop tells the time by which everything must have ended.
func (s *Supervisor) Run(stop <-chan time.Time) {
	s.writeState()
	deadline := time.NewTimer(s.Config.JoinTimeout)
	defer deadline.Stop()
	s.startDaemon()
	s.beginAttempt()
	for {
		select {
		case action := <-s.actions:
			action()
		case <-deadline.C:
			if !s.released() {
				s.Log.Infof("not joined within %d ms (TS_JOIN_TIMEOUT_MS): the function starts, the node continues to join", s.Config.JoinTimeout.Milliseconds())
				s.releaseFunction()
			}
		case now := <-s.Ticks:
			s.onTick(now)
		case end := <-stop:
			s.shutDown(end)
			return
		}
	}
}

// enqueue passes an action to the loop. After the end of the loop it drops the action.
func (s *Supervisor) enqueue(action func()) {
	select {
	case s.actions <- action:
	case <-s.ctx.Done():
	}
}

// RefreshState writes the state file, because the forwards have changed.
func (s *Supervisor) RefreshState() { s.enqueue(s.writeState) }

// CheckClock looks for a freeze now. The forwards compare the clock more often than the ticks come.
func (s *Supervisor) CheckClock() { s.enqueue(func() { s.onTick(s.Now()) }) }

func (s *Supervisor) released() bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}

func (s *Supervisor) releaseFunction() {
	if !s.released() {
		close(s.ready)
	}
}

func (s *Supervisor) writeState() {
	state := statefile.State{
		Phase:            s.phase,
		Problem:          s.problem,
		Updated:          s.Now(),
		TailscaleVersion: s.Version,
		Hostname:         s.Config.Hostname,
	}
	if s.Forwards != nil {
		state.Forwards = s.Forwards.Status()
	}
	if err := statefile.Write(s.Dir.StateFile(), state); err != nil {
		s.Log.Errorf("the state file cannot be written: %v", err)
	}
}
