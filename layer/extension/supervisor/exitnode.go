package supervisor

import (
	"context"
	"fmt"
	"net/netip"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/statefile"
)

// checkExitNode chooses the exit node and asks it for an answer, as often as configured.
func (s *Supervisor) checkExitNode(of *attempt) {
	settings := s.Config.ExitNode
	go func() {
		address, err := s.LocalAPI.UseExitNode(of.ctx, settings.Node)
		for try := 0; err == nil && try <= settings.PingRetries; try++ {
			ctx, cancel := context.WithTimeout(of.ctx, settings.PingTimeout)
			failure := s.LocalAPI.Ping(ctx, address)
			cancel()
			if failure == nil {
				break
			}
			s.Log.Debugf("exit node %s, ping %d of %d: %v", settings.Node, try+1, settings.PingRetries+1, failure)
			if try == settings.PingRetries {
				err = fmt.Errorf("no answer to %d pings", settings.PingRetries+1)
			}
		}
		s.post(func() { s.onExitNode(of, address, err) })
	}()
}

func (s *Supervisor) onExitNode(of *attempt, address netip.Addr, err error) {
	if s.attempt != of {
		return
	}
	if address.IsValid() {
		s.exitNodeAddr = address.String()
	}
	if err == nil {
		s.onJoined()
		return
	}
	s.failures++
	down := &problem.Problem{Code: problem.ExitNodeDown, Message: fmt.Sprintf(
		"exit node %q cannot be used: %v; check TS_EXIT_NODE, and that the node is up and approved as an exit node",
		s.Config.ExitNode.Node, err)}
	if !s.Config.ExitNode.Required {
		// Requests may go without it: the node counts as joined, the file says what is missing.
		s.phase = statefile.Running
		s.joined = true
	}
	s.report(down)
	if s.joined {
		s.release()
	}
	s.after(pause(s.failures), func() {
		if s.attempt == of {
			s.checkExitNode(of)
		}
	})
}
