package supervisor

import (
	"time"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// reconnectDelay keeps a tailscaled that accepts and drops connections from making this process spin.
const reconnectDelay = 250 * time.Millisecond

func (s *Supervisor) startDaemon() {
	s.daemonStarted = s.Now()
	daemon, err := s.Launcher.Start()
	if err != nil {
		s.failures++
		s.report(&problem.Problem{Code: problem.DaemonExited, Message: "tailscaled cannot be started: " + err.Error()})
		s.scheduleAttempt(backoff(s.failures))
		return
	}
	s.daemon = daemon
	s.enterDaemon(daemonStarting)
	go func() {
		<-daemon.Done()
		s.enqueue(func() { s.onDaemonExit(daemon) })
	}()
	go s.watch(daemon)
}

// watch passes notifications from the bus to the loop until this tailscaled ends.
func (s *Supervisor) watch(daemon *tailnet.Daemon) {
	for {
		err := s.LocalAPI.Watch(s.ctx, daemon.Done(), func(notification tailnet.Notification) {
			s.enqueue(func() {
				if s.daemon != daemon {
					return
				}
				if s.daemonState != daemonConnected {
					s.enterDaemon(daemonConnected)
					s.Log.Debugf("tailscaled responds")
				}
				s.onNotification(notification)
				s.startUp()
			})
		})
		timer := time.NewTimer(reconnectDelay)
		select {
		case <-daemon.Done():
			timer.Stop()
			return
		case <-s.ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			s.Log.Debugf("the connection to tailscaled ended (%v); the extension connects again", err)
		}
	}
}

func (s *Supervisor) onDaemonExit(daemon *tailnet.Daemon) {
	if s.daemon != daemon {
		return
	}
	s.enterDaemon(daemonStopped)
	s.daemon, s.registered, s.approvalPending = nil, false, false
	exited := &problem.Problem{Code: problem.DaemonExited, Message: "tailscaled " + daemon.ExitReason() + "; it is started again"}
	if s.phase != statefile.Running {
		s.failAttempt(exited)
		return
	}
	s.endAttempt()
	s.enter(waiting)
	s.report(exited)
	s.scheduleAttempt(max(minBackoff, s.backoffAfterLoss()))
}

// HandleLogLine gets every line of tailscaled's log.
func (s *Supervisor) HandleLogLine(line string) {
	s.Log.Debugf("tailscaled: %s", line)
	if tailnet.ReportsNodeRemoved(line) {
		s.enqueue(s.onNodeRemoved)
	}
}

func (s *Supervisor) onNodeRemoved() {
	s.lose(&problem.Problem{Code: problem.NodeRemoved, Message: "the control plane no longer knows the node " +
		"(an ephemeral node is removed when its environment was frozen for long); it joins again"})
}
