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

// clock is a supervisor on a stage whose time passes as the test wants it.
type clock struct {
	*stage
	mu    sync.Mutex
	now   time.Time
	ticks chan time.Time
	keys  chan chan<- string // readings of the key
}

// withClock runs the supervisor inside the test; tailscaled and its command are the same fakes as elsewhere.
func withClock(t *testing.T, settings ...string) *clock {
	s := newStage(t, settings...)
	configuration, err := config.Load(func(name string) (string, bool) { value, ok := s.env[name]; return value, ok })
	must(t, err)
	c := &clock{stage: s, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ticks: make(chan time.Time), keys: make(chan chan<- string, 10)}
	dir := rundir.Dir(configuration.RunDir)
	must(t, dir.Prepare())
	output, input := io.Pipe()
	log := logging.New(input, logging.Debug, logging.NewRedactor(), c.now, time.Now)
	launcher := &tailnet.Launcher{
		Binary: filepath.Join(opt, "bin", "tailscaled"), Dir: dir, SocksPort: configuration.SocksPort,
		Environment: []string{"PATH=" + os.Getenv("PATH"), stageVariable + "=" + s.env[stageVariable]},
	}
	keeper := supervisor.New(supervisor.Parts{
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
	launcher.Hear = keeper.OnLine
	s.listen(output)
	stop, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		keeper.Run(stop)
	}()
	t.Cleanup(func() { // before the stage's own clean-up
		stop <- c.time()
		<-ended
		_ = input.Close()
	})
	c.startedDaemon()
	await(s, "the key's reading", c.keys) <- theKey
	await(s, "tailscale up", s.ups).succeed()
	s.awaitLog("joined the tailnet")
	return c
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// passes lets time go by and gives one tick.
func (c *clock) passes(t time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(t)
	c.mu.Unlock()
	select {
	case c.ticks <- c.time():
	case <-time.After(patience):
		c.t.Fatal("the supervisor takes no tick")
	}
}

func (c *clock) answersMembership(status int, body string) {
	c.t.Helper()
	call := await(c.stage, "the question whether the node is known", c.localAPI)
	if call.Name != "GET lambda-membership" {
		c.t.Fatalf("asked %s", call.Name)
	}
	call.reply(status, body)
}

func (c *clock) rejoinsWithAKeyReadAnew() {
	c.t.Helper()
	await(c.stage, "the key's reading anew", c.keys) <- theKey
	await(c.stage, "tailscale up again", c.ups).succeed()
	c.awaitLog("joined the tailnet as under-test, again")
}

const known, unknown = `{"known":true}`, `{"known":false}`

func TestNodeThatWentWhileFrozenRejoinsOnTheFirstTickAfterwards(t *testing.T) {
	t.Run("with a control server that has to be asked", func(t *testing.T) {
		c := withClock(t, "TS_LOGIN_SERVER", "https://headscale.example")
		c.passes(0)
		c.answersMembership(200, known)
		c.passes(supervisor.TickInterval) // too early to ask again
		c.passes(10 * time.Minute)
		for range 2 { // the state and the membership are asked for at the same time
			switch call := await(c.stage, "a question after the freeze", c.localAPI); call.Name {
			case "GET status":
				call.reply(200, `{"BackendState":"Running"}`)
			case "GET lambda-membership":
				call.reply(200, unknown)
			default:
				t.Fatalf("asked %s", call.Name)
			}
		}
		c.awaitLog("NodeRemoved")
		c.rejoinsWithAKeyReadAnew()
	})
	t.Run("with Tailscale, which has told tailscaled", func(t *testing.T) {
		c := withClock(t)
		c.passes(0)
		c.passes(10 * time.Minute)
		call := await(c.stage, "the question after the freeze", c.localAPI)
		if call.Name != "GET status" {
			t.Fatalf("asked %s", call.Name)
		}
		call.reply(200, `{"BackendState":"NeedsLogin"}`)
		c.awaitLog("NodeExpired")
		c.rejoinsWithAKeyReadAnew()
	})
}

func TestControlServerOfOnesOwnIsAskedEveryHalfMinute(t *testing.T) {
	c := withClock(t, "TS_LOGIN_SERVER", "https://headscale.example")
	for range 3 {
		c.passes(supervisor.TickInterval)
		c.answersMembership(200, known)
		c.passes(supervisor.TickInterval)
		c.passes(supervisor.TickInterval)
		none(c.stage, "a question too early", c.localAPI)
	}
	c.passes(supervisor.TickInterval)
	c.answersMembership(200, unknown)
	c.awaitLog("NodeRemoved")
	c.rejoinsWithAKeyReadAnew()
}

func TestControlServerThatCouldNotBeAskedIsAskedAtTheNextTick(t *testing.T) {
	c := withClock(t, "TS_LOGIN_SERVER", "https://headscale.example")
	c.passes(0)
	c.answersMembership(502, "dial tcp: i/o timeout")
	c.awaitLog("asking the control server")
	c.awaitLog("is asked again at the next tick")
	c.passes(supervisor.TickInterval)
	c.answersMembership(200, unknown)
	c.rejoinsWithAKeyReadAnew()
}

func TestTailscaleItselfIsNotAsked(t *testing.T) {
	for _, server := range []string{"", ipn.DefaultControlURL, "https://login.tailscale.com"} {
		t.Run(server, func(t *testing.T) {
			c := withClock(t, "TS_LOGIN_SERVER", server)
			for range 10 {
				c.passes(supervisor.TickInterval)
			}
			none(c.stage, "a question", c.localAPI)
		})
	}
}

func TestPauseThatAFreezeWasLongerThanIsOver(t *testing.T) {
	c := withClock(t)
	c.passes(0)
	one := 1
	c.orders <- order{Exit: &one}
	c.awaitLog("next attempt in")
	c.passes(10 * time.Minute)
	c.awaitLog("next attempt in 0 ms")
	c.startedDaemon()
	c.rejoinsAfterRestart()
}

func (c *clock) rejoinsAfterRestart() {
	c.t.Helper()
	await(c.stage, "the key's reading anew", c.keys) <- theKey
	await(c.stage, "tailscale up again", c.ups).succeed()
	c.awaitLog("joined the tailnet")
}

func TestProblemThatLastsIsSaidAgainWhileNothingElseHappens(t *testing.T) {
	c := withClock(t)
	one := 1
	c.orders <- order{Exit: &one}
	c.awaitLog("DaemonExited")
	await(c.stage, "tailscaled's start", c.daemons)
	await(c.stage, "the key's reading anew", c.keys) // never responds
	for range 60 {
		c.passes(supervisor.TickInterval)
	}
	if line := c.awaitLog("ERROR"); !strings.Contains(line, "still DaemonExited") || !strings.Contains(line, "for 10m0s") {
		t.Errorf("said %s", line)
	}
}

func TestResolvedProblemIsReported(t *testing.T) {
	c := withClock(t)
	one := 1
	c.orders <- order{Exit: &one}
	c.awaitLog("DaemonExited")
	c.startedDaemon()
	await(c.stage, "the key's reading anew", c.keys) <- theKey
	await(c.stage, "tailscale up again", c.ups).succeed()
	c.awaitLog("DaemonExited is resolved")
	if problem := c.state().Problem; problem != nil {
		t.Errorf("problem %+v", problem)
	}
}
