package supervisor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"tailscale.com/ipn"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/tailnet"
)

const (
	// upTimeout ends one `tailscale up`; the next one begins with a key that was read anew.
	upTimeout = 15 * time.Second
	// credentialTimeout is generous to a Secrets Manager that is slow; tailscaled starts meanwhile.
	credentialTimeout = 10 * time.Second
	// steady is how long after a loss the next one counts as the first again.
	steady = time.Minute
)

// attempt is one try to join: a key read, and when tailscaled answers too, one `tailscale up`.
type attempt struct {
	ctx            context.Context
	cancel         context.CancelFunc
	key            string
	keyFile        string
	upStarted      bool
	reauthenticate bool
	inTailnet      bool // Running was seen; what remains is the exit node
	loginError     string

	watching   bool // no joining: the exit node of a node that has joined is looked at
	checking   bool // the exit node is being asked
	checkAgain bool
}

// begin starts an attempt, and tailscaled when it is not there.
func (s *Supervisor) begin() {
	s.retry = nil
	if s.daemon == nil {
		s.startDaemon()
		if s.daemon == nil {
			return // startDaemon has arranged for the next time
		}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	current := &attempt{ctx: ctx, cancel: cancel, reauthenticate: s.registered}
	s.attempt = current
	if s.phase == statefile.Starting {
		s.setPhase(statefile.Joining)
	}
	go func() {
		reading, cancel := context.WithTimeout(ctx, credentialTimeout)
		defer cancel()
		key, err := s.Credential(reading)
		s.post(func() { s.onKey(current, key, err) })
	}()
}

func (s *Supervisor) onKey(of *attempt, key string, err error) {
	if s.attempt != of {
		return
	}
	if err != nil {
		s.fail(problem.Of(err))
		return
	}
	s.Redactor.Hide(key)
	s.Log.Debugf("the credential is there")
	of.key = key
	s.up()
}

// up runs `tailscale up` when the key is there and tailscaled answers.
func (s *Supervisor) up() {
	current := s.attempt
	if current == nil || current.upStarted || current.key == "" || !s.answers {
		return
	}
	current.upStarted = true
	file, err := s.Dir.WriteKey(current.key)
	current.key = ""
	if err != nil {
		s.fail(problem.Of(err))
		return
	}
	current.keyFile = file
	join := tailnet.Join{
		Config:         s.Config,
		KeyFile:        file,
		Reauthenticate: current.reauthenticate,
		ExitNode:       s.knownExitNode(),
		Timeout:        upTimeout,
	}
	go func() {
		// The command has a time limit of its own; this one is for a command that hangs.
		ctx, cancel := context.WithTimeout(current.ctx, upTimeout+time.Second)
		defer cancel()
		err := s.Launcher.Up(ctx, join)
		_ = os.Remove(file)
		s.post(func() { s.onUp(current, err) })
	}()
}

func (s *Supervisor) onUp(of *attempt, err error) {
	var failure *tailnet.UpFailure
	switch {
	case s.attempt != of || of.inTailnet:
	case err == nil:
		s.onRunning()
	case s.awaitsAdmin:
		// The key has done its work; another try would use up another key. The bus tells when the admin has agreed.
	case errors.As(err, &failure):
		s.stopTrying(of, failure.Problem(s.Config, of.loginError))
	default:
		s.stopTrying(of, &problem.Problem{Code: problem.JoinFailed, Message: "`tailscale up` did not end in time and was stopped"})
	}
}

// stopTrying ends an attempt in which tailscaled got to know the key: it would go on registering with it in between
// the attempts that are made here.
func (s *Supervisor) stopTrying(of *attempt, p *problem.Problem) {
	go func() {
		ctx, cancel := context.WithTimeout(of.ctx, time.Second)
		defer cancel()
		if err := s.LocalAPI.StopTrying(ctx); err != nil {
			s.Log.Debugf("telling tailscaled to stop trying: %v", err)
		}
		s.post(func() {
			if s.attempt == of && !of.inTailnet {
				s.fail(p)
			}
		})
	}()
}

// onNews reacts to what tailscaled tells about itself.
func (s *Supervisor) onNews(news tailnet.News) {
	if joining := s.attempt != nil && s.attempt.upStarted && !s.attempt.inTailnet; joining {
		if news.LoginError != "" && !strings.Contains(news.LoginError, "context canceled") {
			// (What tailscaled itself broke off, to begin anew with the new key, is no failure.)
			// tailscaled goes on trying by itself until `tailscale up` ends.
			s.attempt.loginError = news.LoginError
			s.report(tailnet.Explain(news.LoginError, s.Config))
		}
		// A node that registers anew may still be Running as what it was; the end of `tailscale up` tells there.
		if news.State == ipn.Running && !s.attempt.reauthenticate {
			s.onRunning()
		}
	}
	s.onPeers(news)
	switch news.State {
	case ipn.NeedsMachineAuth:
		s.awaitsAdmin = true
		s.report(&problem.Problem{Code: problem.JoinFailed, Definite: true, Message: "the node waits for an admin to approve it in the tailnet's admin console; " +
			"approve it, or use a preauthorized key"})
	case ipn.Running:
		s.awaitsAdmin = false
	case ipn.NeedsLogin:
		if s.inTailnet() {
			s.rejoin(&problem.Problem{Code: problem.NodeExpired, Message: "the control plane has logged the node out or its key has expired; it joins again"})
		}
	}
}

func (s *Supervisor) onRunning() {
	_ = os.Remove(s.attempt.keyFile) // has been used; `tailscale up` may take a moment longer to end
	s.attempt.inTailnet = true
	s.registered = true
	if s.Config.ExitNode.Node == "" {
		s.onJoined()
		return
	}
	s.checkExitNode(s.attempt)
}

func (s *Supervisor) onJoined() {
	how := fmt.Sprintf("%d ms after tailscaled's start", s.Now().Sub(s.daemonStarted).Milliseconds())
	if s.attempt.reauthenticate {
		how = "again"
	}
	s.running()
	s.Log.Infof("joined the tailnet as %s, %s", s.Config.Hostname, how)
	s.release()
}

// running is where everything is as it should be.
func (s *Supervisor) running() {
	s.attempt.cancel()
	s.attempt = nil
	s.joined = true
	s.failures = 0
	s.phase = statefile.Running
	s.resolve()
}

// fail ends the attempt and arranges for the next.
func (s *Supervisor) fail(p *problem.Problem) {
	if s.attempt != nil {
		s.attempt.cancel()
		s.attempt = nil
	}
	s.failures++
	s.report(p)
	s.beginAfter(pause(s.failures))
}

func (s *Supervisor) beginAfter(delay time.Duration) {
	s.Log.Debugf("next attempt in %d ms", delay.Milliseconds())
	s.after(delay, func() {
		if s.attempt == nil && !s.joined {
			s.begin()
		}
	})
}

// after does something in the loop when delay has passed; there is one such thing at a time.
func (s *Supervisor) after(delay time.Duration, act func()) {
	if s.retry != nil {
		s.retry.Stop()
	}
	s.retry = time.AfterFunc(delay, func() { s.post(act) })
}

// inTailnet tells whether the node has its place, with or without its exit node.
func (s *Supervisor) inTailnet() bool { return s.joined || s.attempt != nil && s.attempt.inTailnet }

// rejoin is for a node that has lost its place in the tailnet.
func (s *Supervisor) rejoin(why *problem.Problem) {
	if !s.inTailnet() {
		return
	}
	if s.attempt != nil { // it was still busy with the exit node
		s.attempt.cancel()
		s.attempt = nil
	}
	s.joined = false
	s.phase = statefile.Recovering
	s.report(why)
	if delay := s.pauseAfterLoss(); delay > 0 {
		s.beginAfter(delay)
		return
	}
	s.begin()
}

// pauseAfterLoss is nothing for the first loss, and grows for a node that is thrown out as soon as it is in.
func (s *Supervisor) pauseAfterLoss() time.Duration {
	now := s.Now()
	if now.Sub(s.lastLoss) >= steady {
		s.losses = 0
	}
	s.lastLoss = now
	s.losses++
	if s.losses == 1 {
		return 0
	}
	return pause(s.losses - 1)
}

// knownExitNode is the exit node as `tailscale up` can take it before the node has peers: by address. Set there, no
// request can leave without it in between.
func (s *Supervisor) knownExitNode() string {
	node := s.Config.ExitNode.Node
	if _, automatic := ipn.ParseAutoExitNodeString(node); automatic {
		return node
	}
	if _, err := netip.ParseAddr(node); err == nil {
		return node
	}
	if s.exitNode.IsValid() {
		return s.exitNode.String()
	}
	return ""
}
