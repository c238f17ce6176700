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
	"dev.tailnetproxy/layer/extension/tailnet"
)

const (
	// upTimeout ends one `tailscale up`. The next one uses a key that was read again.
	upTimeout = 15 * time.Second
	// credentialTimeout allows for a slow Secrets Manager. tailscaled starts during that time.
	credentialTimeout = 10 * time.Second
	// lossResetAfter is how long after a loss the next one counts as the first again.
	lossResetAfter = time.Minute
)

// joinAttempt is one attempt to join: it reads a key and, when tailscaled responds too, runs one `tailscale up`.
type joinAttempt struct {
	ctx            context.Context
	cancel         context.CancelFunc
	key            string
	keyFile        string
	reauthenticate bool
	loginError     string
}

// beginAttempt starts an attempt, and tailscaled when it does not run.
func (s *Supervisor) beginAttempt() {
	s.retry = nil
	if s.daemon == nil {
		s.startDaemon()
		if s.daemon == nil {
			return // startDaemon has scheduled the next attempt
		}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	current := &joinAttempt{ctx: ctx, cancel: cancel, reauthenticate: s.registered}
	s.attempt = current
	before := s.phase
	s.enter(readingCredential)
	if s.phase != before {
		s.writeState()
	}
	go func() {
		reading, cancel := context.WithTimeout(ctx, credentialTimeout)
		defer cancel()
		key, err := s.Credential(reading)
		s.enqueue(func() { s.onCredential(current, key, err) })
	}()
}

func (s *Supervisor) onCredential(current *joinAttempt, key string, err error) {
	if s.attempt != current {
		return
	}
	if err != nil {
		s.failAttempt(problem.FromError(err))
		return
	}
	s.Redactor.AddSecret(key)
	s.Log.Debugf("the credential has been read")
	current.key = key
	s.enter(awaitingDaemon)
	s.startUp()
}

// startUp runs `tailscale up` when the key has been read and tailscaled responds.
func (s *Supervisor) startUp() {
	if s.node != awaitingDaemon || s.daemonState != daemonConnected {
		return
	}
	current := s.attempt
	file, err := s.Dir.WriteKey(current.key)
	current.key = ""
	if err != nil {
		s.failAttempt(problem.FromError(err))
		return
	}
	current.keyFile = file
	s.enter(runningUp)
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

func (s *Supervisor) onUpFinished(current *joinAttempt, err error) {
	var failure *tailnet.UpError
	switch {
	case s.attempt != current || s.node != runningUp && s.node != awaitingApproval:
	case err == nil:
		s.onRunning()
	case s.node == awaitingApproval:
		// The key has been used; another attempt would use up another key. The bus tells when the admin has decided.
	case s.approvalPending: // tailscaled has told so before this attempt
		s.enter(awaitingApproval)
	case errors.As(err, &failure):
		s.disableSyncAndFail(current, failure.Problem(s.Config, current.loginError))
	default:
		s.disableSyncAndFail(current, &problem.Problem{Code: problem.JoinFailed, Message: "`tailscale up` did not end in time and was stopped"})
	}
}

// disableSyncAndFail ends an attempt in which tailscaled got the key. Without it tailscaled would continue to register with
// that key between the attempts of the extension.
func (s *Supervisor) disableSyncAndFail(current *joinAttempt, p *problem.Problem) {
	s.enter(disablingSync)
	go func() {
		ctx, cancel := context.WithTimeout(current.ctx, time.Second)
		defer cancel()
		if err := s.LocalAPI.DisableSync(ctx); err != nil {
			s.Log.Debugf("tailscaled did not accept the order to stop trying: %v", err)
		}
		s.enqueue(func() {
			if s.attempt == current && s.node == disablingSync {
				s.failAttempt(p)
			}
		})
	}()
}

// onNotification reacts to what tailscaled tells about itself.
func (s *Supervisor) onNotification(notification tailnet.Notification) {
	if s.node.joining() {
		if notification.LoginError != "" && !strings.Contains(notification.LoginError, "context canceled") {
			// "context canceled" is no failure: tailscaled has stopped an old login to start one with the new key.
			// tailscaled continues to try by itself until `tailscale up` ends.
			s.attempt.loginError = notification.LoginError
			s.report(tailnet.Classify(notification.LoginError, s.Config))
		}
		// A node that registers anew may still be Running as what it was; the end of `tailscale up` tells there. One
		// that has waited for approval is no longer what it was.
		if notification.State == ipn.Running && (!s.attempt.reauthenticate || s.node == awaitingApproval) {
			s.onRunning()
		}
	}
	s.onPeerChanges(notification)
	switch notification.State {
	case ipn.NeedsMachineAuth:
		s.approvalPending = true
		if s.node == runningUp {
			s.enter(awaitingApproval)
		}
		s.report(&problem.Problem{Code: problem.JoinFailed, Definite: true, Message: "the node waits for an admin to approve it in the tailnet's admin console; " +
			"approve it, or use a preauthorized key"})
	case ipn.Running:
		s.approvalPending = false
	case ipn.NeedsLogin:
		s.approvalPending = false
		s.lose(&problem.Problem{Code: problem.NodeExpired, Message: "the control plane has logged the node out or its key has expired; it joins again"})
	}
}

func (s *Supervisor) onRunning() {
	_ = os.Remove(s.attempt.keyFile) // the key has been used; `tailscale up` may still run
	s.registered = true
	if s.Config.ExitNode.Node == "" {
		s.onJoined()
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.check = &exitNodeCheck{ctx: ctx, cancel: cancel}
	s.enter(checkingExitNode)
	s.checkExitNode(s.check)
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

// markRunning ends the attempt, or the check of the exit node, with nothing wrong any more.
func (s *Supervisor) markRunning() {
	s.endAttempt()
	s.failures = 0
	s.enter(joined)
	s.resolve()
}

// endAttempt ends what is under way for joining or with the exit node.
func (s *Supervisor) endAttempt() {
	if s.attempt != nil {
		s.attempt.cancel()
		s.attempt = nil
	}
	if s.check != nil {
		s.check.cancel()
		s.check = nil
	}
}

// failAttempt ends the attempt and arranges for the next.
func (s *Supervisor) failAttempt(p *problem.Problem) {
	s.endAttempt()
	s.failures++
	s.enter(waiting)
	s.report(p)
	s.scheduleAttempt(backoff(s.failures))
}

func (s *Supervisor) scheduleAttempt(delay time.Duration) {
	s.Log.Debugf("next attempt in %d ms", delay.Milliseconds())
	s.schedule(delay, func() {
		if s.node == waiting {
			s.beginAttempt()
		}
	})
}

// schedule runs an action in the loop after a delay. It replaces the action that was scheduled before.
func (s *Supervisor) schedule(delay time.Duration, action func()) {
	if s.retry != nil {
		s.retry.Stop()
	}
	s.retry = time.AfterFunc(delay, func() { s.enqueue(action) })
}

// lose is for a node that has lost its place in the tailnet, or its registration while it waits for approval.
func (s *Supervisor) lose(why *problem.Problem) {
	if s.node == awaitingApproval {
		s.approvalPending = false
		s.registered = true
		s.disableSyncAndFail(s.attempt, why)
		return
	}
	if !s.node.inTailnet() {
		return
	}
	s.endAttempt()
	s.enter(waiting)
	s.report(why)
	if delay := s.backoffAfterLoss(); delay > 0 {
		s.scheduleAttempt(delay)
		return
	}
	s.beginAttempt()
}

// backoffAfterLoss is zero for the first loss. It grows for a node that is removed again and again soon after it has joined.
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

// knownExitNode is the exit node by address, the only form that `tailscale up` accepts before the node has peers. With the
// exit node set there, no request can leave without it before the first check.
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
