package supervisor

import (
	"context"
	"time"
)

// Lambda gives external extensions two seconds and then kills them. Receiving the event and ending the process take a part of them.
const (
	shutdownBudget = 1800 * time.Millisecond
	shutdownMargin = 150 * time.Millisecond
	// killMargin is the part of the time that the log-out may not use, so that a tailscaled that does not respond can still
	// be killed.
	killMargin = 400 * time.Millisecond
	// MinShutdownTime is enough for a log-out and the end of tailscaled, as they are usually.
	MinShutdownTime = time.Second
)

// shutDown logs the node out and stops tailscaled before end, or within the usual budget when there is no end.
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
	s.cancel() // ends the reading of a key, `tailscale up` and the connection to the bus
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

// logOut also logs out a node that is not known to be in the tailnet, because it may be joining at this moment.
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
			s.Log.Infof("the node is not in the tailnet, so it needs no log-out")
			s.Log.Debugf("tailscaled responded to the log-out: %v", err)
		case err != nil:
			s.Log.Infof("the log-out failed: %v", err)
		default:
			s.Log.Infof("logged out")
		}
	case <-s.daemon.Done():
	}
}

// stopDaemon sends SIGTERM first: tailscaled then tries to log out by itself.
func (s *Supervisor) stopDaemon(ctx context.Context) {
	s.daemon.Terminate()
	select {
	case <-s.daemon.Done():
	case <-ctx.Done():
		s.Log.Infof("tailscaled does not stop, so it is killed")
		s.daemon.Kill()
	}
}
