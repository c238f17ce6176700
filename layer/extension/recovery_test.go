package extension_test

import (
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tailscale.com/ipn"
)

// rejoins plays a second joining, with another key, and returns how `tailscale up` was called.
func (s *fixture) playRejoin() *upCall {
	s.t.Helper()
	await(s, "the secret's reading anew", s.secrets).secret("tskey-auth-second")
	up := await(s, "tailscale up again", s.ups)
	if up.Key != "tskey-auth-second" {
		s.t.Errorf("joined again with key %q", up.Key)
	}
	up.succeed()
	s.awaitLog("joined the tailnet")
	if state := s.state(); state.Phase != "running" || state.Problem != nil {
		s.t.Errorf("state %+v", state)
	}
	return up
}

func TestLoggedOutNodeRejoinsWithFreshKey(t *testing.T) {
	s := newFixture(t).start()
	bus, _ := s.playJoin()
	bus <- stateNotification(ipn.NeedsLogin)
	s.awaitLog("NodeExpired")
	if state := s.state(); state.Phase != "recovering" || state.Problem == nil || state.Problem.Code != "NodeExpired" {
		t.Errorf("state %+v", state)
	}
	if up := s.playRejoin(); !slices.Contains(up.Args, "--force-reauth") {
		t.Errorf("arguments %q", up.Args)
	}
}

func TestRemovedNodeRejoinsUnderSameName(t *testing.T) {
	s := newFixture(t).start()
	s.playJoin()
	s.instructions <- instruction{Print: "2026/01/01 control: lite map update error after 1ms: initial fetch failed 404: node not found"}
	s.awaitLog("ERROR")
	if state := s.state(); state.Problem == nil || state.Problem.Code != "NodeRemoved" {
		t.Errorf("state %+v", state)
	}
	if up := s.playRejoin(); !slices.Contains(up.Args, "--hostname=under-test") {
		t.Errorf("arguments %q", up.Args)
	}
}

func TestRepeatedlyLoggedOutNodeBacksOff(t *testing.T) {
	s := newFixture(t).start()
	bus, _ := s.playJoin()
	bus <- stateNotification(ipn.NeedsLogin)
	s.playRejoin()
	bus <- stateNotification(ipn.NeedsLogin)
	s.awaitLog("next attempt in") // the first time there was no pause
	s.playRejoin()
}

func TestExitedTailscaledIsRestartedAndRejoins(t *testing.T) {
	endings := map[string]func(*fixture, int){
		"killed": func(s *fixture, pid int) { must(s.t, syscall.Kill(pid, syscall.SIGKILL)) },
		"ended by itself": func(s *fixture, _ int) {
			three := 3
			s.instructions <- instruction{Print: "listen tcp 127.0.0.1:1055: bind: address already in use", Exit: &three}
		},
	}
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t).start()
			_, next := s.playJoin()
			s.mu.Lock()
			pid := s.children[0].Pid
			s.mu.Unlock()
			end(s, pid)
			line := s.awaitLog("DaemonExited")
			if name != "killed" && !strings.Contains(line, "exit status 3") || name != "killed" && !strings.Contains(line, "address already in use") {
				t.Errorf("logged %s", line)
			}
			s.playDaemonStart()
			s.playRejoin()
			s.playShutdown(next)
		})
	}
}

func TestTailscaledExitingDuringJoinIsRestarted(t *testing.T) {
	s := newFixture(t).start()
	s.playDaemonStart()
	await(s, "the secret's reading", s.secrets)
	one := 1
	s.instructions <- instruction{Exit: &one}
	s.awaitLog("DaemonExited")
	expectNone(s, "/next", s.next)
	s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups).succeed()
	await(s, "/next", s.next)
}

func TestLostBusConnectionIsReestablished(t *testing.T) {
	s := newFixture(t).start()
	bus, next := s.playJoin()
	close(bus)
	bus = await(s, "another connection to the bus", s.buses)
	bus <- sessionNotification(ipn.Running)
	bus <- stateNotification(ipn.NeedsLogin)
	s.playRejoin()
	s.playShutdown(next)
}

// What the words mean is tested in package tailnet, with many more of them.
func TestJoinFailureIsClassified(t *testing.T) {
	cases := map[string]struct {
		output   string
		code     string
		definite bool
	}{
		"malformed for headscale": {"backend error: handling register with auth key: failed to parse auth-key: key too short, expected at least 77 chars after prefix, got 18", "KeyRejected", true},
		"refused by Tailscale":    {"backend error: invalid key: API key does not exist", "KeyRejected", true},
		"unknown CA":              {`fetch control key: Get "https://h/key": x509: certificate signed by unknown authority`, "ControlUntrusted", true},
		"no response":             {`timeout waiting for Tailscale service to enter a Running state; check health with "tailscale status"`, "ControlUnreachable", false},
		"OAuth without tags":      {"oauth authkeys require --advertise-tags", "InvalidConfiguration", true},
		"nobody foresaw it":       {"the moon is in the wrong phase", "JoinFailed", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t).start()
			s.playDaemonStart()
			await(s, "the secret's reading", s.secrets).secret(testKey)
			s.playUpFailure(await(s, "tailscale up", s.ups), c.output+" ("+testKey+")")
			if c.definite {
				await(s, "/next", s.next)
			}
			second := await(s, "the secret's reading anew", s.secrets)
			problem := s.state().Problem
			if problem == nil || problem.Code != c.code || problem.Definite != c.definite || strings.Contains(problem.Message, "SECRET") {
				t.Errorf("problem %+v", problem)
			}
			if !c.definite {
				expectNone(s, "/next", s.next)
			}
			second.secret(testKey)
			await(s, "tailscale up", s.ups).succeed()
			s.awaitLog("joined")
		})
	}
}

func TestRejectedKeyIsLoggedOnceAndNewProblemIsLogged(t *testing.T) {
	s := newFixture(t, "TS_LOG_LEVEL", "info").start()
	s.playDaemonStart()
	for _, output := range []string{"backend error: authkey expired", "backend error: authkey expired", "backend error: invalid authkey", "dial tcp: i/o timeout"} {
		await(s, "the secret's reading", s.secrets).secret(testKey)
		s.playUpFailure(await(s, "tailscale up", s.ups), output)
	}
	await(s, "the secret's reading", s.secrets)
	s.mu.Lock()
	defer s.mu.Unlock()
	var said []string
	for _, line := range s.lines {
		if strings.Contains(line, "KeyRejected") || strings.Contains(line, "ControlUnreachable") {
			said = append(said, line)
		}
	}
	if len(said) != 2 || !strings.Contains(said[0], "ERROR") || !strings.Contains(said[1], "ControlUnreachable") {
		t.Errorf("said %q", said)
	}
}

func TestHangingDisableSyncDoesNotDelayNextAttempt(t *testing.T) {
	s := newFixture(t).start()
	s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups).fail("backend error: authkey expired")
	await(s, "the order to stop trying", s.localAPI) // never responds
	await(s, "the secret's reading anew", s.secrets)
}

func TestLoginErrorDuringJoinIsReported(t *testing.T) {
	s := newFixture(t).start()
	bus := s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	up := await(s, "tailscale up", s.ups)
	bus <- loginErrorNotification(`fetch control key: Get "https://h/key": x509: certificate signed by unknown authority`)
	await(s, "/next", s.next)
	if problem := s.state().Problem; problem == nil || problem.Code != "ControlUntrusted" || !strings.Contains(problem.Message, "TS_EXTRA_CA") {
		t.Errorf("problem %+v", problem)
	}
	s.playUpFailure(up, "timeout waiting for Tailscale service to enter a Running state")
	await(s, "the secret's reading anew", s.secrets)
	if problem := s.state().Problem; problem == nil || problem.Code != "ControlUntrusted" {
		t.Errorf("the reason was forgotten: %+v", problem)
	}
}

func TestNodeAwaitingApprovalKeepsKeyAndJoinsWhenApproved(t *testing.T) {
	s := newFixture(t).start()
	bus := s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	up := await(s, "tailscale up", s.ups)
	bus <- stateNotification(ipn.NeedsMachineAuth)
	await(s, "/next", s.next)
	if problem := s.state().Problem; problem == nil || !strings.Contains(problem.Message, "approve") {
		t.Errorf("problem %+v", problem)
	}
	up.fail("timeout waiting for Tailscale service to enter a Running state")
	bus <- stateNotification(ipn.Running)
	s.awaitLog("joined")
	expectNone(s, "another reading of the secret", s.secrets)
}

// The node has used up its key, so it needs another one, and it registers anew.
func TestNodeDeletedWhileAwaitingApprovalJoinsWithFreshKey(t *testing.T) {
	for name, upEnds := range map[string]bool{"while tailscale up runs": false, "after tailscale up has ended": true} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t).start()
			bus := s.playDaemonStart()
			await(s, "the secret's reading", s.secrets).secret(testKey)
			up := await(s, "tailscale up", s.ups)
			bus <- stateNotification(ipn.NeedsMachineAuth)
			await(s, "/next", s.next)
			if upEnds {
				up.fail("timeout waiting for Tailscale service to enter a Running state")
			}
			bus <- stateNotification(ipn.NeedsLogin)
			await(s, "the order to stop trying", s.localAPI).reply(http.StatusOK, `{}`)
			s.awaitLog("NodeExpired")
			s.assertProblem("joining", "NodeExpired")
			if again := s.playRejoin(); !slices.Contains(again.Args, "--force-reauth") {
				t.Errorf("arguments %q", again.Args)
			}
		})
	}
}

func TestNodeThatRegistersAnewJoinsWhenApproved(t *testing.T) {
	s := newFixture(t).start()
	bus, _ := s.playJoin()
	bus <- stateNotification(ipn.NeedsLogin)
	await(s, "the secret's reading anew", s.secrets).secret("tskey-auth-second")
	up := await(s, "tailscale up again", s.ups)
	bus <- stateNotification(ipn.NeedsMachineAuth)
	s.awaitLog("approve")
	up.fail("timeout waiting for Tailscale service to enter a Running state")
	bus <- stateNotification(ipn.Running)
	s.awaitLog("joined the tailnet as under-test, again")
	s.assertProblem("running", "")
	expectNone(s, "another reading of the secret", s.secrets)
}
