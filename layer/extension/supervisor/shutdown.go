package supervisor

import (
	"context"
	"time"
)

// Lambda gives external extensions two seconds and then kills them. Some of that is needed to notice and to end.
const (
	shutdownBudget = 1800 * time.Millisecond
	shutdownMargin = 150 * time.Millisecond
	// killMargin is kept back from the log-out, so that a tailscaled that does not respond can still be killed.
	killMargin = 400 * time.Millisecond
)

// shutDown gives up the node's place and ends everything by end, or by what Lambda usually gives.
func (s *Supervisor) shutDown(end time.Time) {
	budget := shutdownBudget
	if !end.IsZero() {
		budget = min(budget, max(end.Sub(s.Now())-shutdownMargin, killMargin))
	}
	ctx, cancel := context.WithTimeout(context.Background(), budget)
	defer cancel()
	inTailnet := s.node.inTailnet()
	s.enter(stopping)
	s.problem = nil
	s.writeState()
	s.cancel() // reading a key, `tailscale up`, the bus; nobody waits for the loop any more
	if s.retry != nil {
		s.retry.Stop()
	}
	if s.daemon != nil {
		s.logOut(ctx, budget-killMargin, inTailnet)
		s.stopDaemon(ctx)
	}
	s.Dir.RemoveKeys()
	s.Log.Infof("stopped")
}

// logOut is also for a node that is not in the tailnet as far as is known: it may be joining at this moment.
func (s *Supervisor) logOut(ctx context.Context, limit time.Duration, inTailnet bool) {
	if s.daemonState != daemonConnected || limit <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	finished := make(chan error, 1)
	go func() { finished <- s.LocalAPI.Logout(ctx) }()
	select {
	case err := <-finished:
		switch {
		case !inTailnet:
			s.Log.Infof("not in the tailnet, so there is no place in it to give up")
			s.Log.Debugf("tailscaled's word on leaving: %v", err)
		case err != nil:
			s.Log.Infof("logging out: %v", err)
		default:
			s.Log.Infof("logged out")
		}
	case <-s.daemon.Done():
	}
}

// stopDaemon asks nicely first: tailscaled then tries to log out by itself.
func (s *Supervisor) stopDaemon(ctx context.Context) {
	s.daemon.Terminate()
	select {
	case <-s.daemon.Done():
	case <-ctx.Done():
		s.Log.Infof("tailscaled does not stop and is killed")
		s.daemon.Kill()
	}
}
