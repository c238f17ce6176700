package supervisor

import (
	"context"
	"time"

	"tailscale.com/ipn"

	"dev.tailnetproxy/layer/extension/problem"
)

// TickInterval is how often the clock is compared. Lambda freezes an environment between invocations; while it is
// frozen no tick comes.
const TickInterval = 10 * time.Second

// A tick that comes this much later than the last one was not just delayed.
const freezeThreshold = 3 * TickInterval

// membershipInterval is how often a control server that does not tell by itself is asked whether it still knows the node.
const membershipInterval = 30 * time.Second

func (s *Supervisor) onTick(now time.Time) {
	if s.freezeDetector.Frozen(now) {
		s.onThaw()
	}
	s.remind(now)
	// Only other control servers need to be asked (see package membership).
	if s.node.inTailnet() && s.Config.LoginServer != "" && !ipn.IsLoginServerSynonym(s.Config.LoginServer) && now.Sub(s.membershipCheckedAt) >= membershipInterval {
		s.membershipCheckedAt = now
		s.checkMembership()
	}
}

func (s *Supervisor) checkMembership() {
	go func() {
		ctx, cancel := context.WithTimeout(s.ctx, 5*time.Second)
		defer cancel()
		known, err := s.LocalAPI.Known(ctx)
		switch {
		case err != nil:
			s.Log.Debugf("asking the control server about this node: %v", err)
			s.enqueue(func() { // after a freeze the connection was dead, perhaps
				s.membershipCheckedAt = time.Time{}
				s.Log.Debugf("it is asked again at the next tick")
			})
		case !known:
			s.enqueue(s.onNodeRemoved)
		}
	}()
}

// onThaw makes up for what was missed: a pause that lasted long enough is over, and the state is asked for, because
// the control plane may have dropped the node meanwhile.
func (s *Supervisor) onThaw() {
	s.Log.Infof("the environment was frozen; looking at the node")
	s.failures = 0
	s.membershipCheckedAt = time.Time{}
	if s.node == waiting {
		s.scheduleAttempt(0)
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(s.ctx, 5*time.Second)
		defer cancel()
		state, err := s.LocalAPI.State(ctx)
		if err != nil {
			s.Log.Debugf("asking tailscaled for its state: %v", err)
			return // its end, or a lost connection, is an event of its own
		}
		s.enqueue(func() {
			if state == ipn.NeedsLogin {
				s.lose(&problem.Problem{Code: problem.NodeExpired, Message: "the control plane dropped the node while the environment was frozen; it joins again"})
			}
		})
	}()
}
