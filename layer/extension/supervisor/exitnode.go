package supervisor

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// onPeerChanges looks at the exit node when something has happened to it, or when it was lost and something has happened to
// any node: it may come back under another address.
func (s *Supervisor) onPeerChanges(notification tailnet.Notification) {
	if s.Config.ExitNode.Node == "" || !s.inTailnet() {
		return
	}
	down := s.problem != nil && s.problem.Code == problem.ExitNodeDown
	relevant := notification.Connected || notification.PeersRemoved || slices.ContainsFunc(notification.Peers, func(peer tailnet.Peer) bool {
		return down && peer.ExitNode || !peer.ExitNode && slices.Contains(peer.Addresses, s.exitNode)
	})
	if relevant {
		s.requestExitNodeCheck()
	}
}

// requestExitNodeCheck checks it now, unless that is under way.
func (s *Supervisor) requestExitNodeCheck() {
	if s.attempt == nil {
		ctx, cancel := context.WithCancel(s.ctx)
		s.attempt = &attempt{ctx: ctx, cancel: cancel, inTailnet: true, watching: true}
	}
	if s.retry != nil {
		s.retry.Stop()
	}
	s.checkExitNode(s.attempt)
}

// checkExitNode chooses the exit node and asks it for a response, as often as configured.
func (s *Supervisor) checkExitNode(current *attempt) {
	if current.checking {
		current.checkAgain = true // what has just happened may not be in the response
		s.Log.Debugf("the exit node is looked at once more after this")
		return
	}
	current.checking = true
	settings := s.Config.ExitNode
	go func() {
		address, err := s.LocalAPI.UseExitNode(current.ctx, settings.Node)
		for try := 0; err == nil && try <= settings.PingRetries; try++ {
			ctx, cancel := context.WithTimeout(current.ctx, settings.PingTimeout)
			failure := s.LocalAPI.Ping(ctx, address)
			cancel()
			if failure == nil {
				break
			}
			s.Log.Debugf("exit node %s, ping %d of %d: %v", settings.Node, try+1, settings.PingRetries+1, failure)
			if try == settings.PingRetries {
				err = fmt.Errorf("no response to %d pings", settings.PingRetries+1)
			}
		}
		s.enqueue(func() { s.onExitNodeChecked(current, address, err) })
	}()
}

func (s *Supervisor) onExitNodeChecked(current *attempt, address netip.Addr, err error) {
	if s.attempt != current {
		return
	}
	current.checking = false
	if address.IsValid() {
		s.exitNode = address
	}
	if current.checkAgain {
		current.checkAgain = false
		s.checkExitNode(current)
		return
	}
	if err != nil {
		s.onExitNodeDown(current, err)
		return
	}
	if !current.watching {
		s.onJoined()
		return
	}
	wasDown := s.problem != nil
	s.markRunning()
	if wasDown {
		s.Log.Infof("exit node %q is there again", s.Config.ExitNode.Node)
	}
}

func (s *Supervisor) onExitNodeDown(current *attempt, err error) {
	s.failures++
	switch {
	case s.Config.ExitNode.Required && s.joined:
		s.joined = false
		s.phase = statefile.Recovering
	case !s.Config.ExitNode.Required:
		// Requests may go without it: the node counts as joined, the file says what is missing.
		s.phase = statefile.Running
		s.joined = true
	}
	s.report(&problem.Problem{Code: problem.ExitNodeDown, Message: fmt.Sprintf(
		"exit node %q cannot be used: %v; check TS_EXIT_NODE, and that the node is up and approved as an exit node",
		s.Config.ExitNode.Node, err)})
	if s.joined {
		s.releaseFunction()
	}
	s.schedule(backoff(s.failures), func() {
		if s.attempt == current {
			s.checkExitNode(current)
		}
	})
}
