package extension_test

import (
	"slices"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/hostdial"
	"tailscale.com/ipn"
)

const (
	gateway     = "100.64.0.9"
	withGateway = `{"BackendState":"Running","MagicDNSSuffix":"tailnet.test","Peer":{"nodekey:0000000000000000000000000000000000000000000000000000000000000001":` +
		`{"ID":"n1","HostName":"gateway","DNSName":"gateway.tailnet.test.","TailscaleIPs":["` + gateway + `"],"ExitNodeOption":true}}}`
	withoutPeers  = `{"BackendState":"Running","MagicDNSSuffix":"tailnet.test","Peer":{}}`
	gatewayPongs  = `{"IP":"` + gateway + `"}`
	gatewaySilent = `{"Err":"no reply"}`
)

// chooses plays the choice of the exit node up to the first ping.
func (s *fixture) playExitNodeSelection() *localAPICall {
	s.t.Helper()
	await(s, "the status", s.localAPI).reply(200, withGateway)
	edit := await(s, "the preferences' change", s.localAPI)
	if edit.Name != "PATCH prefs" || !strings.Contains(edit.Body, `"ExitNodeIP":"`+gateway+`"`) {
		s.t.Fatalf("%s %s", edit.Name, edit.Body)
	}
	edit.reply(200, `{}`)
	ping := await(s, "a ping", s.localAPI)
	if ping.Name != "POST ping" {
		s.t.Fatalf("%s", ping.Name)
	}
	return ping
}

// playJoinWithExitNode plays everything up to the first ping.
func (s *fixture) playJoinWithExitNode() (bus chan string, ping *localAPICall) {
	s.t.Helper()
	bus = s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups).succeed()
	return bus, s.playExitNodeSelection()
}

func (s *fixture) assertProblem(phase, code string) {
	s.t.Helper()
	state := s.state()
	if state.Phase != phase || code == "" && state.Problem != nil || code != "" && (state.Problem == nil || state.Problem.Code != code) {
		s.t.Errorf("state %+v %+v", state, state.Problem)
	}
}

func TestExitNodeIsSelectedByNameBeforeFunctionStarts(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway").start()
	_, ping := s.playJoinWithExitNode()
	expectNone(s, "/next before the exit node has responded", s.next)
	ping.reply(200, gatewayPongs)
	await(s, "/next", s.next)
	s.assertProblem("running", "")
}

// startWithExitNode starts a node that joins and chooses its exit node.
func startWithExitNode(s *fixture) {
	s.t.Helper()
	s.start()
	s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups).succeed()
	await(s, "the status", s.localAPI).reply(200, withGateway)
	await(s, "the preferences' change", s.localAPI).reply(200, `{}`)
}

// A handshake with an exit node that has not heard of the node yet would be repeated after five seconds only.
func TestExitNodeIsPingedOnceItKnowsTheNode(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway")
	s.peersReady = make(chan struct{})
	startWithExitNode(s)
	if address := await(s, "the question whether the exit node knows the node", s.firstDialRequests); address != gateway {
		t.Errorf("asked about %s", address)
	}
	expectNone(s, "a ping before the exit node knows the node", s.localAPI)
	close(s.peersReady)
	await(s, "a ping", s.localAPI).reply(200, gatewayPongs)
	await(s, "/next", s.next)
}

func TestExitNodeThatNeverKnowsTheNodeIsDown(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_PING_RETRIES", "1", "TS_EXIT_NODE_PING_TIMEOUT", "200ms")
	s.peersReady = make(chan struct{})
	startWithExitNode(s)
	if line := s.awaitLog("ExitNodeDown"); !strings.Contains(line, "no response to 2 pings") {
		t.Errorf("said %s", line)
	}
}

func TestExitNodeIsPingedAsOftenAsConfigured(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_PING_RETRIES", "1").start()
	_, ping := s.playJoinWithExitNode()
	ping.reply(200, gatewaySilent)
	await(s, "the second ping", s.localAPI).reply(200, gatewaySilent)
	s.awaitLog("ExitNodeDown")
	s.assertProblem("joining", "ExitNodeDown")
	expectNone(s, "/next without the required exit node", s.next)
	s.playExitNodeSelection().reply(200, gatewayPongs)
	await(s, "/next", s.next)
}

func TestHostDialsAreDeniedWhenTailnetOnlyOrExitNodeRequired(t *testing.T) {
	for name, settings := range map[string]struct {
		variables []string
		told      bool
	}{
		"required by default": {[]string{"TS_EXIT_NODE", "gateway"}, true},
		"not required":        {[]string{"TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_REQUIRED", "false"}, false},
		"only the tailnet":    {[]string{"TS_TAILNET_ONLY", "true"}, true},
		"by default":          {nil, false},
		"without exit node":   {[]string{"TS_EXIT_NODE_REQUIRED", "true"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t, settings.variables...).start()
			daemon := await(s, "tailscaled's start", s.daemons)
			if told := slices.Contains(daemon.Env, hostdial.DenyHostDialEntry); told != settings.told {
				t.Errorf("told: %v", told)
			}
		})
	}
}

func TestOptionalExitNodeDoesNotDelayFunction(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_REQUIRED", "false", "TS_EXIT_NODE_PING_RETRIES", "0").start()
	_, ping := s.playJoinWithExitNode()
	ping.reply(200, gatewaySilent)
	await(s, "/next", s.next)
	s.assertProblem("running", "ExitNodeDown")
}

func TestUnknownExitNodeIsNamedInLog(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "nobody").start()
	s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups).succeed()
	await(s, "the status", s.localAPI).reply(200, withGateway)
	if line := s.awaitLog("ExitNodeDown"); !strings.Contains(line, `"nobody"`) {
		t.Errorf("logged %s", line)
	}
}

func TestExitNodeLossAndRecoveryAreDetected(t *testing.T) {
	removed := func(s *fixture, bus chan string) {
		bus <- peersRemoved
		await(s, "the status", s.localAPI).reply(200, withoutPeers)
	}
	offline := func(s *fixture, bus chan string) {
		bus <- peerNotification(gateway, false)
		s.playExitNodeSelection().reply(200, gatewaySilent)
	}
	unheard := func(s *fixture, bus chan string) { // it went while nobody listened
		close(bus)
		await(s, "another connection to the bus", s.buses) <- sessionNotification(ipn.Running)
		await(s, "the status", s.localAPI).reply(200, withoutPeers)
	}
	cases := map[string]struct {
		required, phase string
		goes            func(*fixture, chan string)
	}{
		"required, removed":     {"true", "recovering", removed},
		"required, offline":     {"true", "recovering", offline},
		"required, unheard":     {"true", "recovering", unheard},
		"not required, removed": {"false", "running", removed},
		"not required, offline": {"false", "running", offline},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_REQUIRED", c.required, "TS_EXIT_NODE_PING_RETRIES", "0").start()
			bus, ping := s.playJoinWithExitNode()
			ping.reply(200, gatewayPongs)
			await(s, "/next", s.next)
			c.goes(s, bus)
			s.awaitLog("ERROR")
			s.assertProblem(c.phase, "ExitNodeDown")
			s.playExitNodeSelection().reply(200, gatewayPongs) // it is asked again by itself, with growing pauses
			s.awaitLog("responds again")
			s.assertProblem("running", "")
		})
	}
}

// What is told while the exit node is being looked at may not be in the response.
func TestExitNodeChangeDuringCheckTriggersAnotherCheck(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_PING_RETRIES", "0").start()
	bus, ping := s.playJoinWithExitNode()
	ping.reply(200, gatewayPongs)
	await(s, "/next", s.next)
	bus <- peersRemoved
	gone := await(s, "the status", s.localAPI)
	bus <- peerNotification(gateway, false)
	s.awaitLog("once more")
	gone.reply(200, withoutPeers)
	s.playExitNodeSelection().reply(200, gatewayPongs)
	bus <- stateNotification(ipn.NeedsLogin)
	if line := s.awaitLog("ERROR"); !strings.Contains(line, "NodeExpired") {
		t.Errorf("said of an exit node that is there: %s", line)
	}
}

func TestChangesOfOtherPeersDoNotTriggerExitNodeCheck(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway").start()
	bus, ping := s.playJoinWithExitNode()
	ping.reply(200, gatewayPongs)
	await(s, "/next", s.next)
	bus <- peerNotification("100.64.0.77", false)
	bus <- peerNotification(gateway, true)
	bus <- stateNotification(ipn.NeedsLogin) // what came before has been dealt with when this is
	s.awaitLog("NodeExpired")
	expectNone(s, "a question about the exit node", s.localAPI)
}

func TestLoggedOutNodeRejoinsWhileExitNodeIsDown(t *testing.T) {
	s := newFixture(t, "TS_EXIT_NODE", "gateway", "TS_EXIT_NODE_PING_RETRIES", "0").start()
	bus, ping := s.playJoinWithExitNode()
	ping.reply(200, gatewayPongs)
	await(s, "/next", s.next)
	bus <- peersRemoved
	await(s, "the status", s.localAPI).reply(200, withoutPeers)
	s.awaitLog("ExitNodeDown")
	bus <- stateNotification(ipn.NeedsLogin)
	s.awaitLog("NodeExpired")
	await(s, "the secret's reading anew", s.secrets).secret("tskey-auth-second")
	up := await(s, "tailscale up again", s.ups)
	if got := flagValue(up.Args, "exit-node"); got != gateway {
		t.Errorf("--exit-node=%s", got)
	}
}
