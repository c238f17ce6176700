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
	lossResetAfter = time.Minute
)

// attempt is one try to join: a key read, and when tailscaled responds too, one `tailscale up`.
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
func (s *Supervisor) beginAttempt() {
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
		s.enqueue(func() { s.onCredential(current, key, err) })
	}()
}

func (s *Supervisor) onCredential(current *attempt, key string, err error) {
	if s.attempt != current {
		return
	}
	if err != nil {
		s.failAttempt(problem.FromError(err))
		return
	}
	s.Redactor.AddSecret(key)
	s.Log.Debugf("the credential is there")
	current.key = key
	s.startUp()
}

// up runs `tailscale up` when the key is there and tailscaled responds.
func (s *Supervisor) startUp() {
	current := s.attempt
	if current == nil || current.upStarted || current.key == "" || !s.localAPIConnected {
		return
	}
	current.upStarted = true
	file, err := s.Dir.WriteKey(current.key)
	current.key = ""
	if err != nil {
		s.failAttempt(problem.FromError(err))
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
		s.enqueue(func() { s.onUpFinished(current, err) })
	}()
}

func (s *Supervisor) onUpFinished(current *attempt, err error) {
	var failure *tailnet.UpError
	switch {
	case s.attempt != current || current.inTailnet:
	case err == nil:
		s.onRunning()
	case s.awaitingApproval:
		// The key has done its work; another try would use up another key. The bus tells when the admin has agreed.
	case errors.As(err, &failure):
		s.disableSyncAndFail(current, failure.Problem(s.Config, current.loginError))
	default:
		s.disableSyncAndFail(current, &problem.Problem{Code: problem.JoinFailed, Message: "`tailscale up` did not end in time and was stopped"})
	}
}

// disableSyncAndFail ends an attempt in which tailscaled got to know the key: it would go on registering with it in between
// the attempts that are made here.
func (s *Supervisor) disableSyncAndFail(current *attempt, p *problem.Problem) {
	go func() {
		ctx, cancel := context.WithTimeout(current.ctx, time.Second)
		defer cancel()
		if err := s.LocalAPI.DisableSync(ctx); err != nil {
			s.Log.Debugf("telling tailscaled to stop trying: %v", err)
		}
		s.enqueue(func() {
			if s.attempt == current && !current.inTailnet {
				s.failAttempt(p)
			}
		})
	}()
}

// onNotification reacts to what tailscaled tells about itself.
func (s *Supervisor) onNotification(notification tailnet.Notification) {
	if joining := s.attempt != nil && s.attempt.upStarted && !s.attempt.inTailnet; joining {
		if notification.LoginError != "" && !strings.Contains(notification.LoginError, "context canceled") {
			// (What tailscaled itself broke off, to begin anew with the new key, is no failure.)
			// tailscaled goes on trying by itself until `tailscale up` ends.
			s.attempt.loginError = notification.LoginError
			s.report(tailnet.Classify(notification.LoginError, s.Config))
		}
		// A node that registers anew may still be Running as what it was; the end of `tailscale up` tells there.
		if notification.State == ipn.Running && !s.attempt.reauthenticate {
			s.onRunning()
		}
	}
	s.onPeerChanges(notification)
	switch notification.State {
	case ipn.NeedsMachineAuth:
		s.awaitingApproval = true
		s.report(&problem.Problem{Code: problem.JoinFailed, Definite: true, Message: "the node waits for an admin to approve it in the tailnet's admin console; " +
			"approve it, or use a preauthorized key"})
	case ipn.Running:
		s.awaitingApproval = false
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
	s.markRunning()
	s.Log.Infof("joined the tailnet as %s, %s", s.Config.Hostname, how)
	s.releaseFunction()
}

// running is where everything is as it should be.
func (s *Supervisor) markRunning() {
	s.attempt.cancel()
	s.attempt = nil
	s.joined = true
	s.failures = 0
	s.phase = statefile.Running
	s.resolve()
}

// fail ends the attempt and arranges for the next.
func (s *Supervisor) failAttempt(p *problem.Problem) {
	if s.attempt != nil {
		s.attempt.cancel()
		s.attempt = nil
	}
	s.failures++
	s.report(p)
	s.scheduleAttempt(backoff(s.failures))
}

func (s *Supervisor) scheduleAttempt(delay time.Duration) {
	s.Log.Debugf("next attempt in %d ms", delay.Milliseconds())
	s.schedule(delay, func() {
		if s.attempt == nil && !s.joined {
			s.beginAttempt()
		}
	})
}

// after does something in the loop when delay has passed; there is one such thing at a time.
func (s *Supervisor) schedule(delay time.Duration, action func()) {
	if s.retry != nil {
		s.retry.Stop()
	}
	s.retry = time.AfterFunc(delay, func() { s.enqueue(action) })
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
	if delay := s.backoffAfterLoss(); delay > 0 {
		s.scheduleAttempt(delay)
		return
	}
	s.beginAttempt()
}

// backoffAfterLoss is nothing for the first loss, and grows for a node that is thrown out as soon as it is in.
func (s *Supervisor) backoffAfterLoss() time.Duration {
	now := s.Now()
	if now.Sub(s.lastLoss) >= lossResetAfter {
		s.losses = 0
	}
	s.lastLoss = now
	s.losses++
	if s.losses == 1 {
		return 0
	}
	return backoff(s.losses - 1)
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
