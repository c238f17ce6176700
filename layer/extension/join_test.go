package extension_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tailscale.com/ipn"
)

func TestRegistersForShutdownUnderFileName(t *testing.T) {
	s := newFixture(t).start()
	if got := await(s, "the registration", s.registered); got != `tailscale {"events":["SHUTDOWN"]}` {
		t.Errorf("registered %s", got)
	}
}

func TestSecretIsReadWhileTailscaledStarts(t *testing.T) {
	s := newFixture(t).start()
	secret := await(s, "the secret's reading", s.secrets)
	await(s, "tailscaled's start", s.daemons) // the secret has not arrived yet
	bus := await(s, "a connection to the bus", s.buses)
	bus <- sessionNotification(ipn.NeedsLogin)
	s.awaitLog("tailscaled responds")
	expectNone(s, "tailscale up without a key", s.ups)
	secret.secret(testKey)
	await(s, "tailscale up", s.ups).succeed()
	await(s, "/next", s.next)
}

func TestNextIsCalledWhenNodeIsRunning(t *testing.T) {
	s := newFixture(t).start()
	bus := s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups)
	expectNone(s, "/next before the node is running", s.next)
	bus <- stateNotification(ipn.Starting)
	bus <- stateNotification(ipn.Running)
	await(s, "/next", s.next)
	state := s.state()
	if state.Schema != 1 || state.Phase != "running" || state.Problem != nil || state.Hostname != "under-test" {
		t.Errorf("state %+v", state)
	}
}

func TestNextIsCalledAtJoinTimeoutAndJoiningContinues(t *testing.T) {
	s := newFixture(t, "TS_JOIN_TIMEOUT_MS", "0").start()
	bus := s.playDaemonStart()
	await(s, "/next", s.next)
	if phase := s.state().Phase; phase != "joining" {
		t.Errorf("phase %s", phase)
	}
	await(s, "the secret's reading", s.secrets).secret(testKey)
	await(s, "tailscale up", s.ups)
	bus <- stateNotification(ipn.Running)
	s.awaitLog("joined the tailnet")
}

func TestLogsOutAndStopsOnShutdown(t *testing.T) {
	s := newFixture(t).start()
	_, next := s.playJoin()
	s.playShutdown(next)
	if phase := s.state().Phase; phase != "stopping" {
		t.Errorf("phase %s", phase)
	}
}

func TestTailscaledIsStartedForUserspaceWithStateInMemory(t *testing.T) {
	s := newFixture(t, "TS_SOCKS_PORT", "1066", "PORT", "8080", "AWS_LAMBDA_FUNCTION_NAME", "f").start()
	daemon := await(s, "tailscaled's start", s.daemons)
	for _, want := range []string{
		"--tun=userspace-networking", "--state=mem:", "--statedir=" + s.run + "/tailscaled", "--socket=" + s.run + "/tailscaled.sock",
		"--socks5-server=127.0.0.1:1066", "--outbound-http-proxy-listen=127.0.0.1:1066", "--port=0",
	} {
		if !slices.Contains(daemon.Args, want) {
			t.Errorf("no %s in %v", want, daemon.Args)
		}
	}
	if !slices.Contains(daemon.Env, "AWS_LAMBDA_FUNCTION_NAME=f") {
		t.Error("tailscaled cannot recognise Lambda")
	}
}

func TestKeyIsPassedByPrivateFileAndRemoved(t *testing.T) {
	s := newFixture(t).start()
	bus := s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret("\n  " + testKey + "\n")
	up := await(s, "tailscale up", s.ups)
	file, isFile := strings.CutPrefix(flagValue(up.Args, "auth-key"), "file:")
	if !isFile || filepath.Dir(file) != s.run {
		t.Errorf("--auth-key=%s", flagValue(up.Args, "auth-key"))
	}
	if up.Key != testKey || up.KeyMode != fs.FileMode(0o600).String() {
		t.Errorf("key file with mode %s and %d characters", up.KeyMode, len(up.Key))
	}
	s.playUpFailure(up, "backend error: invalid key: API key does not exist")
	await(s, "the secret's reading", s.secrets) // the failure was dealt with
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the key file is still there after a failure")
	}
	_ = bus
}

func TestRunDirectoryIsPrivate(t *testing.T) {
	s := newFixture(t).start()
	s.playJoin()
	info, err := os.Stat(s.run)
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("mode %s", info.Mode())
	}
	entries, err := os.ReadDir(s.run)
	must(t, err)
	for _, entry := range entries {
		if name := entry.Name(); name != "state.json" && name != "tailscaled.sock" {
			t.Errorf("unexpected file %s", name)
		}
	}
}

func TestUpArgumentsReflectConfiguration(t *testing.T) {
	cases := map[string]struct {
		settings []string
		want     []string
		without  string
	}{
		"defaults": {
			want:    []string{"up", "--reset", "--accept-routes=true", "--accept-dns=true", "--shields-up=true", "--hostname=under-test"},
			without: "--login-server",
		},
		"switches": {
			settings: []string{"TS_ACCEPT_ROUTES", "false", "TS_ACCEPT_DNS", "0", "TS_SHIELDS_UP", "False"},
			want:     []string{"--accept-routes=false", "--accept-dns=false", "--shields-up=false"},
		},
		"login server and tags": {
			settings: []string{"TS_LOGIN_SERVER", "https://headscale.example/", "TS_ADVERTISE_TAGS", "tag:a,tag:b"},
			want:     []string{"--login-server=https://headscale.example", "--advertise-tags=tag:a,tag:b"},
		},
		"extra arguments with quotes, and nothing expanded": {
			settings: []string{"TS_EXTRA_ARGS", `--operator='a b' --x="$(id) ` + "`id`" + ` $HOME" --y=\"`},
			want:     []string{"--operator=a b", "--x=$(id) `id` $HOME", `--y="`},
		},
		"exit node by address": {
			settings: []string{"TS_EXIT_NODE", "100.64.0.9"},
			want:     []string{"--exit-node=100.64.0.9"},
		},
		"exit node by name, which is not known before": {
			settings: []string{"TS_EXIT_NODE", "gateway"},
			without:  "--exit-node",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t, c.settings...).start()
			s.playDaemonStart()
			await(s, "the secret's reading", s.secrets).secret(testKey)
			up := await(s, "tailscale up", s.ups)
			for _, want := range c.want {
				if !slices.Contains(up.Args, want) {
					t.Errorf("no %s in %q", want, up.Args)
				}
			}
			if c.without != "" && strings.Contains(strings.Join(up.Args, " "), c.without) {
				t.Errorf("%s in %q", c.without, up.Args)
			}
		})
	}
}

func TestChildEnvironmentOmitsOwnProxyAndCredentials(t *testing.T) {
	s := newFixture(t, "HTTPS_PROXY", "http://localhost:1055", "http_proxy", "http://proxy.example:3128").start()
	daemon := await(s, "tailscaled's start", s.daemons)
	env := strings.Join(daemon.Env, "\n")
	if strings.Contains(env, "localhost:1055") || !strings.Contains(env, "http_proxy=http://proxy.example:3128") {
		t.Errorf("proxies in %s", env)
	}
	for _, entry := range daemon.Env {
		if strings.HasPrefix(entry, "AWS_ACCESS_KEY_ID=") {
			t.Error("tailscaled got AWS credentials")
		}
	}
}

func TestTailscaledGetsMemoryLimit(t *testing.T) {
	for name, c := range map[string]struct {
		settings []string
		want     []string
	}{
		"from the function's":      {[]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"}, []string{"GOMEMLIMIT=48MiB"}},
		"as somebody has said it":  {[]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128", "GOMEMLIMIT", "60MiB"}, []string{"GOMEMLIMIT=60MiB"}},
		"as somebody switched off": {[]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128", "GOMEMLIMIT", "off"}, []string{"GOMEMLIMIT=off"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t, c.settings...).start()
			daemon := await(s, "tailscaled's start", s.daemons)
			limits := slices.DeleteFunc(daemon.Env, func(entry string) bool { return !strings.HasPrefix(entry, "GOMEMLIMIT=") })
			if !slices.Equal(limits, c.want) {
				t.Errorf("told %q", limits)
			}
		})
	}
}
