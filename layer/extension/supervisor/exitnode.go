package supervisor

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// exitNodeCheck lasts until the exit node has responded, through as many checks as that takes.
type exitNodeCheck struct {
	ctx    context.Context
	cancel context.CancelFunc
	again  bool // the exit node has changed during the check, so the check has to run once more
}

// onPeerChanges checks the exit node when it has changed. While the exit node is down, a change of any node that offers
// itself as an exit node is enough, because it may come back under another address.
func (s *Supervisor) onPeerChanges(notification tailnet.Notification) {
	if s.Config.ExitNode.Node == "" || !s.node.inTailnet() {
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

// requestExitNodeCheck checks it now, or once more when a check is under way.
func (s *Supervisor) requestExitNodeCheck() {
	if s.retry != nil {
		s.retry.Stop()
	}
	switch {
	case s.node.checking():
		s.check.again = true // the response may be older than the change
		s.Log.Debugf("the exit node is checked once more after this")
		return
	case s.node == exitNodeDown:
		s.enter(checkingExitNode)
	default:
		s.enter(recheckingExitNode)
	}
	if s.check == nil {
		ctx, cancel := context.WithCancel(s.ctx)
		s.check = &exitNodeCheck{ctx: ctx, cancel: cancel}
	}
	s.checkExitNode(s.check)
}

// checkExitNode chooses the exit node and pings it, as often as configured.
func (s *Supervisor) checkExitNode(current *exitNodeCheck) {
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

func (s *Supervisor) onExitNodeChecked(current *exitNodeCheck, address netip.Addr, err error) {
	if s.check != current {
		return
	}
	if address.IsValid() {
		s.exitNode = address
	}
	if current.again {
		current.again = false
		s.checkExitNode(current)
		return
	}
	if err != nil {
		s.onExitNodeDown(current, err)
		return
	}
	if s.node == checkingExitNode {
		s.onJoined()
		return
	}
	wasDown := s.problem != nil
	s.markRunning()
	if wasDown {
		s.Log.Infof("exit node %q responds again", s.Config.ExitNode.Node)
	}
}

func (s *Supervisor) onExitNodeDown(current *exitNodeCheck, err error) {
	s.failures++
	if s.node == checkingExitNode {
		s.enter(exitNodeDown)
	} else {
		s.enter(exitNodeLost)
	}
	s.report(&problem.Problem{Code: problem.ExitNodeDown, Message: fmt.Sprintf(
		"exit node %q cannot be used: %v; check TS_EXIT_NODE, and that the node is up and approved as an exit node",
		s.Config.ExitNode.Node, err)})
	if !s.Config.ExitNode.Required {
		s.releaseFunction()
	}
	s.schedule(backoff(s.failures), func() {
		if s.check == current {
			s.requestExitNodeCheck()
		}
	})
}
