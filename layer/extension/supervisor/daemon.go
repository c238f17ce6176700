package supervisor

import (
	"time"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// betweenWatches keeps a tailscaled that accepts and drops connections from making this process spin.
const betweenWatches = 250 * time.Millisecond

func (s *Supervisor) startDaemon() {
	s.daemonStarted = s.Now()
	daemon, err := s.Launcher.Start()
	if err != nil {
		s.failures++
		s.report(&problem.Problem{Code: problem.DaemonExited, Message: "tailscaled cannot be started: " + err.Error()})
		s.beginAfter(pause(s.failures))
		return
	}
	s.daemon = daemon
	go func() {
		<-daemon.Gone()
		s.post(func() { s.onDaemonGone(daemon) })
	}()
	go s.watch(daemon)
}

// watch brings the news from the bus to the loop as long as this tailscaled lives.
func (s *Supervisor) watch(daemon *tailnet.Daemon) {
	for {
		err := s.LocalAPI.Watch(s.ctx, daemon.Gone(), func(news tailnet.News) {
			s.post(func() {
				if s.daemon != daemon {
					return
				}
				if !s.answers {
					s.answers = true
					s.Log.Debugf("tailscaled answers")
				}
				s.onNews(news)
				s.up()
			})
		})
		timer := time.NewTimer(betweenWatches)
		select {
		case <-daemon.Gone():
			timer.Stop()
			return
		case <-s.ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			s.Log.Debugf("the connection to tailscaled ended (%v); connecting again", err)
		}
	}
}

func (s *Supervisor) onDaemonGone(daemon *tailnet.Daemon) {
	if s.daemon != daemon {
		return
	}
	wasIn := s.joined
	s.daemon, s.answers, s.joined, s.registered, s.awaitsAdmin = nil, false, false, false, false
	died := &problem.Problem{Code: problem.DaemonExited, Message: "tailscaled " + daemon.Exit() + "; it is started again"}
	if !wasIn {
		s.fail(died)
		return
	}
	if s.attempt != nil { // it was still busy with the exit node
		s.attempt.cancel()
		s.attempt = nil
	}
	s.phase = statefile.Recovering
	s.report(died)
	s.beginAfter(max(firstPause, s.pauseAfterLoss()))
}

// OnLine hears every line of tailscaled's log.
func (s *Supervisor) OnLine(line string) {
	s.Log.Debugf("tailscaled: %s", line)
	if tailnet.SaysRemoved(line) {
		s.post(s.onRemoved)
	}
}

func (s *Supervisor) onRemoved() {
	s.rejoin(&problem.Problem{Code: problem.NodeRemoved, Message: "the control plane no longer knows the node " +
		"(an ephemeral node is removed when its environment was frozen for long); it joins again"})
}
