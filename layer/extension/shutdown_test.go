package extension_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"tailscale.com/ipn"
)

func TestShutdown(t *testing.T) {
	t.Run("while joining ends what is under way and logs out", func(t *testing.T) {
		s := newFixture(t, "TS_JOIN_TIMEOUT_MS", "0").start()
		s.playDaemonStart()
		next := await(s, "/next", s.next)
		await(s, "the secret's reading", s.secrets).secret(testKey)
		await(s, "tailscale up", s.ups)
		s.playShutdown(next)
		s.assertNotLoggedOut()
	})
	t.Run("with a refused key speaks of no log-out", func(t *testing.T) {
		s := newFixture(t).start()
		s.playDaemonStart()
		await(s, "the secret's reading", s.secrets).secret(testKey)
		s.playUpFailure(await(s, "tailscale up", s.ups), "backend error: authkey expired")
		s.playShutdown(await(s, "/next", s.next))
		s.assertNotLoggedOut()
	})
	t.Run("of a node that waits for an admin speaks of no log-out", func(t *testing.T) {
		s := newFixture(t).start()
		bus := s.playDaemonStart()
		await(s, "the secret's reading", s.secrets).secret(testKey)
		await(s, "tailscale up", s.ups)
		bus <- stateNotification(ipn.NeedsMachineAuth)
		s.playShutdown(await(s, "/next", s.next))
		s.assertNotLoggedOut()
	})
	t.Run("of a node that lost its place speaks of no log-out", func(t *testing.T) {
		s := newFixture(t).start()
		bus, next := s.playJoin()
		bus <- stateNotification(ipn.NeedsLogin)
		await(s, "the secret's reading anew", s.secrets)
		s.playShutdown(next)
		s.assertNotLoggedOut()
	})
	t.Run("of a node in the tailnet says that it was logged out", func(t *testing.T) {
		s := newFixture(t).start()
		_, next := s.playJoin()
		s.playShutdown(next)
		s.awaitLog("logged out")
	})
	t.Run("of a node whose exit node is down says that it was logged out", func(t *testing.T) {
		s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_PING_RETRIES", "0", "TS_JOIN_TIMEOUT_MS", "0").start()
		_, ping := s.playJoinWithExitNode()
		ping.reply(200, gatewaySilent)
		next := await(s, "/next", s.next)
		await(s, "the next look at the exit node", s.localAPI) // never responds
		s.playShutdown(next)
		s.awaitLog("logged out")
	})
	t.Run("with a tailscaled that does not respond kills it", func(t *testing.T) {
		s := newFixture(t).start()
		_, next := s.playJoin()
		next <- shutdownEvent
		await(s, "the log-out", s.localAPI) // never responds
		await(s, "SIGTERM for tailscaled", s.sigterm)
		if status := await(s, "the extension's end", s.exited); status != 0 {
			t.Errorf("status %d", status)
		}
		s.awaitLog("killed")
	})
	t.Run("with a log-out that fails still stops", func(t *testing.T) {
		s := newFixture(t).start()
		_, next := s.playJoin()
		next <- shutdownEvent
		await(s, "the log-out", s.localAPI).reply(http.StatusInternalServerError, "no")
		zero := 0
		await(s, "SIGTERM for tailscaled", s.sigterm) <- instruction{Exit: &zero}
		await(s, "the extension's end", s.exited)
	})
	t.Run("by SIGTERM is the same", func(t *testing.T) {
		s := newFixture(t).start()
		s.playJoin()
		must(t, s.process.Process.Signal(syscall.SIGTERM))
		await(s, "the log-out", s.localAPI).reply(http.StatusNoContent, "")
		zero := 0
		await(s, "SIGTERM for tailscaled", s.sigterm) <- instruction{Exit: &zero}
		if status := await(s, "the extension's end", s.exited); status != 0 {
			t.Errorf("status %d", status)
		}
	})
	t.Run("of another event's kind is not assumed", func(t *testing.T) {
		s := newFixture(t).start()
		_, next := s.playJoin()
		next <- `{"eventType":"INVOKE"}`
		s.playShutdown(await(s, "/next again", s.next))
	})
}

// assertNotLoggedOut is for the end: the log is complete.
func (s *fixture) assertNotLoggedOut() {
	s.t.Helper()
	<-s.ended
	s.mu.Lock()
	defer s.mu.Unlock()
	if log := strings.Join(s.lines, "\n"); strings.Contains(log, "logged out") || !strings.Contains(log, "not in the tailnet") {
		s.t.Error("the log speaks of a log-out, or not of its want")
	}
}

func TestOutsideOfLambdaItRunsUntilSIGTERM(t *testing.T) {
	s := newFixture(t, "AWS_LAMBDA_RUNTIME_API", "").start()
	s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups).succeed()
	s.awaitLog("joined")
	must(t, s.process.Process.Signal(syscall.SIGTERM))
	await(s, "the log-out", s.localAPI).reply(http.StatusNoContent, "")
	zero := 0
	await(s, "SIGTERM for tailscaled", s.sigterm) <- instruction{Exit: &zero}
	await(s, "the extension's end", s.exited)
}
