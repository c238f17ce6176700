package supervisor

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/rundir"
	"dev.tailnetproxy/layer/extension/statefile"
)

// keeper is a supervisor without its loop, at a time that the test sets.
type testSupervisor struct {
	*Supervisor
	at  time.Time
	log strings.Builder
}

func newTestSupervisor(t *testing.T) *testSupervisor {
	t.Helper()
	k := &testSupervisor{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	now := func() time.Time { return k.at }
	k.Supervisor = New(Dependencies{
		Dir: rundir.Dir(t.TempDir()), Redactor: logging.NewRedactor(), Now: now,
		Log: logging.New(&k.log, logging.Info, logging.NewRedactor(), k.at, now),
	})
	return k
}

// forwards remember what they were told last.
type forwards struct{ definiteProblem string }

func (f *forwards) SetInTailnet(bool)             {}
func (f *forwards) SetDefiniteProblem(why string) { f.definiteProblem = why }
func (f *forwards) Status() []statefile.Forward   { return nil }

func TestForwardsLearnOfDefiniteProblemsAlone(t *testing.T) {
	k, told := newTestSupervisor(t), &forwards{}
	k.Forwards = told
	for _, step := range []struct {
		what string
		do   func()
		want string
	}{
		{"a definite one", func() { k.report(&problem.Problem{Code: problem.KeyRejected, Message: "no", Definite: true}) }, "KeyRejected: no"},
		{"another one", func() { k.report(&problem.Problem{Code: problem.ControlUnreachable, Message: "no"}) }, ""},
		{"a definite one again", func() { k.report(&problem.Problem{Code: problem.DiskFull, Message: "full", Definite: true}) }, "DiskFull: full"},
		{"none", k.resolve, ""},
	} {
		if step.do(); told.definiteProblem != step.want {
			t.Errorf("%s: %q", step.what, told.definiteProblem)
		}
	}
}

// file is what others read.
func (k *testSupervisor) file(t *testing.T) statefile.State {
	t.Helper()
	content, err := os.ReadFile(k.Dir.StateFile())
	if err != nil {
		t.Fatal(err)
	}
	var state statefile.State
	if err := json.Unmarshal(content, &state); err != nil {
		t.Fatal(err)
	}
	return state
}

func (k *testSupervisor) released() bool {
	select {
	case <-k.Ready():
		return true
	default:
		return false
	}
}

// lines takes what was logged since the last call.
func (k *testSupervisor) lines() []string {
	text := strings.TrimSpace(k.log.String())
	k.log.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func TestStateFileHoldsTheReportedProblem(t *testing.T) {
	for _, code := range problem.Codes {
		for _, definite := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, definite %v", code, definite), func(t *testing.T) {
				k := newTestSupervisor(t)
				k.failures = 3
				k.report(&problem.Problem{Code: code, Message: "why", Definite: definite})
				want := problem.Problem{Code: code, Message: "why", Since: k.at, Attempts: 3, Definite: definite}
				if got := k.file(t).Problem; got == nil || *got != want {
					t.Errorf("in the file %+v", got)
				}
				if k.released() != definite {
					t.Errorf("the function starts: %v", k.released())
				}
				// The same again, by now of the other kind.
				k.at = k.at.Add(time.Minute)
				k.report(&problem.Problem{Code: code, Message: "why else", Definite: !definite})
				want.Message, want.Definite = "why else", !definite
				if got := k.file(t).Problem; got == nil || *got != want {
					t.Errorf("in the file, later: %+v", got)
				}
			})
		}
	}
}

func TestLastingProblemIsLoggedEveryTenMinutes(t *testing.T) {
	refused := &problem.Problem{Code: problem.KeyRejected, Message: "no", Definite: true}
	comesBack := func(k *testSupervisor) { k.failures++; k.report(refused) }
	onlyTimePasses := func(k *testSupervisor) { k.remind(k.at) }
	for name, happens := range map[string]func(*testSupervisor){"that comes back": comesBack, "while nothing happens": onlyTimePasses} {
		t.Run(name, func(t *testing.T) {
			k := newTestSupervisor(t)
			k.report(refused)
			if lines := k.lines(); len(lines) != 1 || !strings.Contains(lines[0], "KeyRejected: no") {
				t.Fatalf("said %q", lines)
			}
			for minute := 1; minute <= 35; minute++ {
				k.at = k.at.Add(time.Minute)
				happens(k)
				lines := k.lines()
				if due := minute%10 == 0; due != (len(lines) > 0) || len(lines) > 1 {
					t.Fatalf("after %d minutes: %q", minute, lines)
				} else if due && (!strings.Contains(lines[0], "ERROR") || !strings.Contains(lines[0], "still KeyRejected: no") ||
					!strings.Contains(lines[0], fmt.Sprintf("for %dm0s", minute)) || !strings.Contains(lines[0], "since 2026-01-01T00:00:00Z")) {
					t.Errorf("after %d minutes: %q", minute, lines)
				}
			}
		})
	}
}

func TestProblemIsLoggedAgainAfterFreezeOrClockReset(t *testing.T) {
	for _, step := range []time.Duration{8 * time.Hour, -time.Hour} {
		k := newTestSupervisor(t)
		k.report(&problem.Problem{Code: problem.ExitNodeDown, Message: "no reply"})
		k.lines()
		k.at = k.at.Add(step)
		k.remind(k.at)
		if lines := k.lines(); len(lines) != 1 || !strings.Contains(lines[0], "still ExitNodeDown") {
			t.Errorf("%v later: %q", step, lines)
		}
		k.remind(k.at.Add(time.Minute))
		if lines := k.lines(); len(lines) > 0 {
			t.Errorf("once more: %q", lines)
		}
	}
}

func TestNewProblemIsLoggedAtOnce(t *testing.T) {
	k := newTestSupervisor(t)
	k.report(&problem.Problem{Code: problem.SecretUnavailable, Message: "no"})
	k.at = k.at.Add(9 * time.Minute)
	k.report(&problem.Problem{Code: problem.KeyRejected, Message: "no"})
	if lines := k.lines(); len(lines) != 2 || !strings.Contains(lines[1], "KeyRejected: no") {
		t.Errorf("said %q", lines)
	}
	k.at = k.at.Add(2 * time.Minute)
	k.remind(k.at)
	if lines := k.lines(); len(lines) > 0 {
		t.Errorf("too early: %q", lines)
	}
}

func TestNewCauseOfSameProblemIsLoggedWithRateLimit(t *testing.T) {
	k := newTestSupervisor(t)
	k.report(&problem.Problem{Code: problem.AccessDenied, Message: "the secret"})
	k.lines()
	for _, step := range []struct {
		schedule time.Duration
		message  string
		said     bool
	}{
		{10 * time.Second, "the key", false},
		{25 * time.Second, "the secret", true},
		{time.Minute, "the secret", false},
		{time.Minute, "the key", true},
		{time.Second, "the secret", false},
	} {
		k.at = k.at.Add(step.schedule)
		k.report(&problem.Problem{Code: problem.AccessDenied, Message: step.message})
		if lines := k.lines(); (len(lines) == 1) != step.said || len(lines) > 1 {
			t.Errorf("%q after %v: %q", step.message, step.schedule, lines)
		}
	}
}

func TestResolvedProblemIsLoggedOnce(t *testing.T) {
	k := newTestSupervisor(t)
	k.resolve()
	if lines := k.lines(); len(lines) > 0 {
		t.Errorf("nothing was wrong: %q", lines)
	}
	k.failures = 7
	k.report(&problem.Problem{Code: problem.ControlUnreachable, Message: "no way"})
	k.lines()
	k.at = k.at.Add(90 * time.Second)
	k.resolve()
	lines := k.lines()
	if len(lines) != 1 || !strings.Contains(lines[0], "ControlUnreachable is resolved") || !strings.Contains(lines[0], "for 1m30s, 7 failed attempts") {
		t.Errorf("said %q", lines)
	}
	k.at = k.at.Add(time.Hour)
	k.remind(k.at)
	k.resolve()
	if lines := k.lines(); len(lines) > 0 {
		t.Errorf("said of what is over: %q", lines)
	}
}
