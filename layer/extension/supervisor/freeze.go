package supervisor

import (
	"context"
	"time"

	"tailscale.com/ipn"

	"dev.tailnetproxy/layer/extension/problem"
)

// TickInterval is how often the extension compares the clock. Lambda freezes an environment between invocations, and no
// tick comes while it is frozen.
const TickInterval = 10 * time.Second

// freezeThreshold is the time between two ticks from which on the environment was frozen. A busy environment delays a
// tick by less.
const freezeThreshold = 3 * TickInterval

// membershipInterval is how often the extension asks a control server other than Tailscale's whether it still knows the
// node. Such a server does not tell by itself.
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
			s.enqueue(func() { // a freeze may have broken the connection
				s.membershipCheckedAt = time.Time{}
				s.Log.Debugf("the control server is asked again at the next tick")
			})
		case !known:
			s.enqueue(s.onNodeRemoved)
		}
	}()
}

// onThaw ends a pause, which has lasted long enough, or asks tailscaled for its state, because the control plane may have
// removed the node during the freeze.
func (s *Supervisor) onThaw() {
	s.Log.Infof("the environment was frozen; the extension checks the node")
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
			return // the end of tailscaled and the loss of its connection are separate events
		}
		s.enqueue(func() {
			if state == ipn.NeedsLogin {
				s.lose(&problem.Problem{Code: problem.NodeExpired, Message: "the control plane removed the node while the environment was frozen; it joins again"})
			}
		})
	}()
}
