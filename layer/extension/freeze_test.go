package extension_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tailscale.com/ipn"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/rundir"
	"dev.tailnetproxy/layer/extension/supervisor"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// clock is a supervisor on a fixture whose time passes as the test wants it.
type clockFixture struct {
	*fixture
	mu    sync.Mutex
	now   time.Time
	ticks chan time.Time
	keys  chan chan<- string // readings of the key
}

// newClockFixture runs the supervisor inside the test; tailscaled and its command are the same fakes as elsewhere.
func newClockFixture(t *testing.T, settings ...string) *clockFixture {
	s := newFixture(t, settings...)
	configuration, err := config.Load(func(name string) (string, bool) { value, ok := s.env[name]; return value, ok })
	must(t, err)
	c := &clockFixture{fixture: s, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ticks: make(chan time.Time), keys: make(chan chan<- string, 10)}
	dir := rundir.Dir(configuration.RunDir)
	must(t, dir.Prepare())
	output, input := io.Pipe()
	log := logging.New(input, logging.Debug, logging.NewRedactor(), c.now, time.Now)
	launcher := &tailnet.Launcher{
		Binary: filepath.Join(opt, "bin", "tailscaled"), Dir: dir, SocksPort: configuration.SocksPort,
		Environment: []string{"PATH=" + os.Getenv("PATH"), fixtureVariable + "=" + s.env[fixtureVariable]},
	}
	sup := supervisor.New(supervisor.Dependencies{
		Config: configuration, Dir: dir, Log: log, Redactor: logging.NewRedactor(), Launcher: launcher,
		LocalAPI: tailnet.NewLocalAPI(dir.Socket()),
		Credential: func(ctx context.Context) (string, error) {
			key := make(chan string, 1)
			c.keys <- key
			select {
			case value := <-key:
				return value, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		},
		Now: c.time, Ticks: c.ticks, Version: "test",
	})
	launcher.OnLogLine = sup.HandleLogLine
	s.readLog(output)
	stop, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		sup.Run(stop)
	}()
	t.Cleanup(func() { // before the fixture's own clean-up
		stop <- c.time()
		<-ended
		_ = input.Close()
	})
	c.playDaemonStart()
	await(s, "the key's reading", c.keys) <- testKey
	await(s, "tailscale up", s.ups).succeed()
	s.awaitLog("joined the tailnet")
	return c
}

func (c *clockFixture) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// passes lets time go by and gives one tick.
func (c *clockFixture) advance(t time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(t)
	c.mu.Unlock()
	select {
	case c.ticks <- c.time():
	case <-time.After(eventTimeout):
		c.t.Fatal("the supervisor takes no tick")
	}
}

func (c *clockFixture) respondMembership(status int, body string) {
	c.t.Helper()
	call := await(c.fixture, "the question whether the node is known", c.localAPI)
	if call.Name != "GET lambda-membership" {
		c.t.Fatalf("asked %s", call.Name)
	}
	call.reply(status, body)
}

func (c *clockFixture) playRejoinWithNewKey() {
	c.t.Helper()
	await(c.fixture, "the key's reading anew", c.keys) <- testKey
	await(c.fixture, "tailscale up again", c.ups).succeed()
	c.awaitLog("joined the tailnet as under-test, again")
}

const nodeKnown, nodeUnknown = `{"known":true}`, `{"known":false}`

func TestNodeRemovedDuringFreezeRejoinsOnFirstTick(t *testing.T) {
	t.Run("with a control server that has to be asked", func(t *testing.T) {
		c := newClockFixture(t, "TS_LOGIN_SERVER", "https://headscale.example")
		c.advance(0)
		c.respondMembership(200, nodeKnown)
		c.advance(supervisor.TickInterval) // too early to ask again
		c.advance(10 * time.Minute)
		for range 2 { // the state and the membership are asked for at the same time
			switch call := await(c.fixture, "a question after the freeze", c.localAPI); call.Name {
			case "GET status":
				call.reply(200, `{"BackendState":"Running"}`)
			case "GET lambda-membership":
				call.reply(200, nodeUnknown)
			default:
				t.Fatalf("asked %s", call.Name)
			}
		}
		c.awaitLog("NodeRemoved")
		c.playRejoinWithNewKey()
	})
	t.Run("with Tailscale, which has told tailscaled", func(t *testing.T) {
		c := newClockFixture(t)
		c.advance(0)
		c.advance(10 * time.Minute)
		call := await(c.fixture, "the question after the freeze", c.localAPI)
		if call.Name != "GET status" {
			t.Fatalf("asked %s", call.Name)
		}
		call.reply(200, `{"BackendState":"NeedsLogin"}`)
		c.awaitLog("NodeExpired")
		c.playRejoinWithNewKey()
	})
}

func TestCustomControlServerIsPolledEveryThirtySeconds(t *testing.T) {
	c := newClockFixture(t, "TS_LOGIN_SERVER", "https://headscale.example")
	for range 3 {
		c.advance(supervisor.TickInterval)
		c.respondMembership(200, nodeKnown)
		c.advance(supervisor.TickInterval)
		c.advance(supervisor.TickInterval)
		expectNone(c.fixture, "a question too early", c.localAPI)
	}
	c.advance(supervisor.TickInterval)
	c.respondMembership(200, nodeUnknown)
	c.awaitLog("NodeRemoved")
	c.playRejoinWithNewKey()
}

func TestFailedMembershipCheckIsRepeatedAtNextTick(t *testing.T) {
	c := newClockFixture(t, "TS_LOGIN_SERVER", "https://headscale.example")
	c.advance(0)
	c.respondMembership(502, "dial tcp: i/o timeout")
	c.awaitLog("asking the control server")
	c.awaitLog("is asked again at the next tick")
	c.advance(supervisor.TickInterval)
	c.respondMembership(200, nodeUnknown)
	c.playRejoinWithNewKey()
}

func TestTailscaleControlServerIsNotPolled(t *testing.T) {
	for _, server := range []string{"", ipn.DefaultControlURL, "https://login.tailscale.com"} {
		t.Run(server, func(t *testing.T) {
			c := newClockFixture(t, "TS_LOGIN_SERVER", server)
			for range 10 {
				c.advance(supervisor.TickInterval)
			}
			expectNone(c.fixture, "a question", c.localAPI)
		})
	}
}

func TestBackoffEndsAfterLongerFreeze(t *testing.T) {
	c := newClockFixture(t)
	c.advance(0)
	one := 1
	c.instructions <- instruction{Exit: &one}
	c.awaitLog("next attempt in")
	c.advance(10 * time.Minute)
	c.awaitLog("next attempt in 0 ms")
	c.playDaemonStart()
	c.playRejoinAfterRestart()
}

func (c *clockFixture) playRejoinAfterRestart() {
	c.t.Helper()
	await(c.fixture, "the key's reading anew", c.keys) <- testKey
	await(c.fixture, "tailscale up again", c.ups).succeed()
	c.awaitLog("joined the tailnet")
}

func TestLastingProblemIsLoggedWithoutOtherEvents(t *testing.T) {
	c := newClockFixture(t)
	one := 1
	c.instructions <- instruction{Exit: &one}
	c.awaitLog("DaemonExited")
	await(c.fixture, "tailscaled's start", c.daemons)
	await(c.fixture, "the key's reading anew", c.keys) // never responds
	for range 60 {
		c.advance(supervisor.TickInterval)
	}
	if line := c.awaitLog("ERROR"); !strings.Contains(line, "still DaemonExited") || !strings.Contains(line, "for 10m0s") {
		t.Errorf("said %s", line)
	}
}

func TestResolvedProblemIsLogged(t *testing.T) {
	c := newClockFixture(t)
	one := 1
	c.instructions <- instruction{Exit: &one}
	c.awaitLog("DaemonExited")
	c.playDaemonStart()
	await(c.fixture, "the key's reading anew", c.keys) <- testKey
	await(c.fixture, "tailscale up again", c.ups).succeed()
	c.awaitLog("DaemonExited is resolved")
	if problem := c.state().Problem; problem != nil {
		t.Errorf("problem %+v", problem)
	}
}
