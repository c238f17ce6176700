package extension_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"tailscale.com/ipn"
)

// rejoins plays a second joining, with another key, and returns how `tailscale up` was called.
func (s *stage) rejoins() *upCall {
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

func TestNodeThatWasLoggedOutJoinsAgainWithAKeyReadAnew(t *testing.T) {
	s := newStage(t).start()
	bus, _ := s.joined()
	bus <- stateIs(ipn.NeedsLogin)
	s.awaitLog("NodeExpired")
	if state := s.state(); state.Phase != "recovering" || state.Problem == nil || state.Problem.Code != "NodeExpired" {
		t.Errorf("state %+v", state)
	}
	if up := s.rejoins(); !slices.Contains(up.Args, "--force-reauth") {
		t.Errorf("arguments %q", up.Args)
	}
}

func TestNodeThatWasRemovedJoinsAgainUnderTheSameName(t *testing.T) {
	s := newStage(t).start()
	s.joined()
	s.orders <- order{Print: "2026/01/01 control: lite map update error after 1ms: initial fetch failed 404: node not found"}
	s.awaitLog("ERROR")
	if state := s.state(); state.Problem == nil || state.Problem.Code != "NodeRemoved" {
		t.Errorf("state %+v", state)
	}
	if up := s.rejoins(); !slices.Contains(up.Args, "--hostname=under-test") {
		t.Errorf("arguments %q", up.Args)
	}
}

func TestNodeThatIsThrownOutAgainAndAgainDoesNotSpin(t *testing.T) {
	s := newStage(t).start()
	bus, _ := s.joined()
	bus <- stateIs(ipn.NeedsLogin)
	s.rejoins()
	bus <- stateIs(ipn.NeedsLogin)
	s.awaitLog("next attempt in") // the first time there was no pause
	s.rejoins()
}

func TestTailscaledThatDiedIsStartedAgainAndJoins(t *testing.T) {
	endings := map[string]func(*stage, int){
		"killed": func(s *stage, pid int) { must(s.t, syscall.Kill(pid, syscall.SIGKILL)) },
		"ended by itself": func(s *stage, _ int) {
			three := 3
			s.orders <- order{Print: "listen tcp 127.0.0.1:1055: bind: address already in use", Exit: &three}
		},
	}
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			s := newStage(t).start()
			_, next := s.joined()
			s.mu.Lock()
			pid := s.seen[0].Pid
			s.mu.Unlock()
			end(s, pid)
			line := s.awaitLog("DaemonExited")
			if name != "killed" && !strings.Contains(line, "exit status 3") || name != "killed" && !strings.Contains(line, "address already in use") {
				t.Errorf("logged %s", line)
			}
			s.startedDaemon()
			s.rejoins()
			s.leaves(next)
		})
	}
}

func TestTailscaledThatDiesWhileJoiningIsStartedAgain(t *testing.T) {
	s := newStage(t).start()
	s.startedDaemon()
	await(s, "the secret's reading", s.secrets)
	one := 1
	s.orders <- order{Exit: &one}
	s.awaitLog("DaemonExited")
	none(s, "/next", s.next)
	s.startedDaemon()
	await(s, "the secret's reading", s.secrets).secret(theKey)
	await(s, "tailscale up", s.ups).succeed()
	await(s, "/next", s.next)
}

func TestLostConnectionToTailscaledIsMadeAgain(t *testing.T) {
	s := newStage(t).start()
	bus, next := s.joined()
	close(bus)
	bus = await(s, "another connection to the bus", s.buses)
	bus <- session(ipn.Running)
	bus <- stateIs(ipn.NeedsLogin)
	s.rejoins()
	s.leaves(next)
}

// What the words mean is tested in package tailnet, with many more of them.
func TestFailureToJoinIsExplained(t *testing.T) {
	cases := map[string]struct {
		says     string
		code     string
		definite bool
	}{
		"malformed for headscale": {"backend error: handling register with auth key: failed to parse auth-key: key too short, expected at least 77 chars after prefix, got 18", "KeyRejected", true},
		"refused by Tailscale":    {"backend error: invalid key: API key does not exist", "KeyRejected", true},
		"unknown CA":              {`fetch control key: Get "https://h/key": x509: certificate signed by unknown authority`, "ControlUntrusted", true},
		"no answer":               {`timeout waiting for Tailscale service to enter a Running state; check health with "tailscale status"`, "ControlUnreachable", false},
		"OAuth without tags":      {"oauth authkeys require --advertise-tags", "InvalidConfiguration", true},
		"nobody foresaw it":       {"the moon is in the wrong phase", "JoinFailed", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStage(t).start()
			s.startedDaemon()
			await(s, "the secret's reading", s.secrets).secret(theKey)
			s.refuses(await(s, "tailscale up", s.ups), c.says+" ("+theKey+")")
			if c.definite {
				await(s, "/next", s.next)
			}
			second := await(s, "the secret's reading anew", s.secrets)
			problem := s.state().Problem
			if problem == nil || problem.Code != c.code || problem.Definite != c.definite || strings.Contains(problem.Message, "SECRET") {
				t.Errorf("problem %+v", problem)
			}
			if !c.definite {
				none(s, "/next", s.next)
			}
			second.secret(theKey)
			await(s, "tailscale up", s.ups).succeed()
			s.awaitLog("joined")
		})
	}
}

func TestRefusedKeyIsSaidOnceAndAnotherProblemIsSaidToo(t *testing.T) {
	s := newStage(t, "TS_LOG_LEVEL", "info").start()
	s.startedDaemon()
	for _, says := range []string{"backend error: authkey expired", "backend error: authkey expired", "backend error: invalid authkey", "dial tcp: i/o timeout"} {
		await(s, "the secret's reading", s.secrets).secret(theKey)
		s.refuses(await(s, "tailscale up", s.ups), says)
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

func TestTailscaledThatDoesNotStopTryingDoesNotHoldUpTheNextAttempt(t *testing.T) {
	s := newStage(t).start()
	s.startedDaemon()
	await(s, "the secret's reading", s.secrets).secret(theKey)
	await(s, "tailscale up", s.ups).fail("backend error: authkey expired")
	await(s, "the order to stop trying", s.localAPI) // never responds
	await(s, "the secret's reading anew", s.secrets)
}

func TestReasonToldWhileTailscaledGoesOnTryingIsReported(t *testing.T) {
	s := newStage(t).start()
	bus := s.startedDaemon()
	await(s, "the secret's reading", s.secrets).secret(theKey)
	up := await(s, "tailscale up", s.ups)
	bus <- loginFails(`fetch control key: Get "https://h/key": x509: certificate signed by unknown authority`)
	await(s, "/next", s.next)
	if problem := s.state().Problem; problem == nil || problem.Code != "ControlUntrusted" || !strings.Contains(problem.Message, "TS_EXTRA_CA") {
		t.Errorf("problem %+v", problem)
	}
	s.refuses(up, "timeout waiting for Tailscale service to enter a Running state")
	await(s, "the secret's reading anew", s.secrets)
	if problem := s.state().Problem; problem == nil || problem.Code != "ControlUntrusted" {
		t.Errorf("the reason was forgotten: %+v", problem)
	}
}

func TestNodeThatWaitsForAnAdminKeepsItsKeyAndJoinsWhenApproved(t *testing.T) {
	s := newStage(t).start()
	bus := s.startedDaemon()
	await(s, "the secret's reading", s.secrets).secret(theKey)
	up := await(s, "tailscale up", s.ups)
	bus <- stateIs(ipn.NeedsMachineAuth)
	await(s, "/next", s.next)
	if problem := s.state().Problem; problem == nil || !strings.Contains(problem.Message, "approve") {
		t.Errorf("problem %+v", problem)
	}
	up.fail("timeout waiting for Tailscale service to enter a Running state")
	bus <- stateIs(ipn.Running)
	s.awaitLog("joined")
	none(s, "another reading of the secret", s.secrets)
}
