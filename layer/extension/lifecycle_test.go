package extension

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/rundir"
	"dev.tailnetproxy/layer/extension/statefile"
)

// useless is an extension that can do nothing, at a time that the test sets.
type degraded struct {
	dir     rundir.Dir
	start   time.Time
	ticks   chan time.Time
	signals chan os.Signal
	lines   chan string
	ended   chan error
}

func runDegraded(t *testing.T, why *problem.Problem) *degraded {
	t.Helper()
	u := &degraded{
		dir: rundir.Dir(t.TempDir()), start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		ticks: make(chan time.Time), signals: make(chan os.Signal, 1), lines: make(chan string, 100), ended: make(chan error, 1),
	}
	output, input := io.Pipe()
	go func() {
		for lines := bufio.NewScanner(output); lines.Scan(); {
			u.lines <- lines.Text()
		}
	}()
	now := func() time.Time { return u.start }
	l := &lifecycle{
		log: logging.New(input, logging.Info, logging.NewRedactor(), u.start, now), signals: u.signals, now: now, ticks: u.ticks,
	}
	go func() {
		u.ended <- l.runDegraded(u.dir, config.Config{}, why)
		input.Close()
	}()
	return u
}

func TestDegradedModeMarksEveryProblemDefinite(t *testing.T) {
	for _, code := range problem.Codes {
		t.Run(string(code), func(t *testing.T) {
			u := runDegraded(t, &problem.Problem{Code: code, Message: "why"})
			<-u.lines
			u.signals <- syscall.SIGTERM
			if err := <-u.ended; err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(u.dir.StateFile())
			if err != nil {
				t.Fatal(err)
			}
			var state statefile.State
			if err := json.Unmarshal(content, &state); err != nil {
				t.Fatal(err)
			}
			if want := (problem.Problem{Code: code, Message: "why", Since: u.start, Definite: true}); state.Problem == nil || *state.Problem != want {
				t.Errorf("%+v", state.Problem)
			}
		})
	}
}

func TestDegradedModeLogsReminderEveryTenMinutes(t *testing.T) {
	u := runDegraded(t, &problem.Problem{Code: problem.InvalidConfiguration, Message: "TS_SECRET_API_KEY is not set"})
	if line := <-u.lines; !strings.Contains(line, "ERROR") || !strings.Contains(line, "InvalidConfiguration: TS_SECRET_API_KEY is not set") {
		t.Errorf("said %s", line)
	}
	for minute := 1; minute <= 25; minute++ {
		u.ticks <- u.start.Add(time.Duration(minute) * time.Minute)
	}
	u.signals <- syscall.SIGTERM
	if err := <-u.ended; err != nil {
		t.Fatal(err)
	}
	for _, lasted := range []string{"for 10m0s", "for 20m0s"} {
		if line := <-u.lines; !strings.Contains(line, "ERROR") || !strings.Contains(line, "still InvalidConfiguration: TS_SECRET_API_KEY") || !strings.Contains(line, lasted) {
			t.Errorf("said %s", line)
		}
	}
	if line := <-u.lines; !strings.Contains(line, "shutting down") {
		t.Errorf("said %s", line)
	}
}
