package statefile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/problem"
)

func TestStateFileHasDocumentedFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	state := State{
		Phase: Recovering, Updated: at, TailscaleVersion: "1.0", Hostname: "h",
		Problem: &problem.Problem{Code: problem.KeyRejected, Message: "m", Since: at, Attempts: 2, Definite: true},
	}
	if err := Write(path, state); err != nil {
		t.Fatal(err)
	}
	want := `{"schema":1,"phase":"recovering","problem":{"code":"KeyRejected","message":"m","since":"2026-01-02T03:04:05Z","attempts":2,"definite":true},` +
		`"updated":"2026-01-02T03:04:05Z","tailscaleVersion":"1.0","hostname":"h"}` + "\n"
	if got, _ := os.ReadFile(path); string(got) != want {
		t.Errorf("%s", got)
	}
	state.Problem = nil
	if err := Write(path, state); err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	content, _ := os.ReadFile(path)
	if err := json.Unmarshal(content, &read); err != nil || read["problem"] != nil {
		t.Errorf("%s, %v", content, err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left over: %v", entries)
	}
}

func TestForwardsHaveDocumentedFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	state := State{Phase: Running, Updated: at, Forwards: []Forward{
		{Address: "127.0.0.1:5432", Target: "db:5432", Open: 1, Dials: 3, Failures: 2, LastError: &ForwardError{Cause: "Timeout", Message: "m", At: at}},
		{Address: "127.0.0.1:6379", Target: "100.64.0.7:6379"},
	}}
	if err := Write(path, state); err != nil {
		t.Fatal(err)
	}
	want := `"forwards":[{"address":"127.0.0.1:5432","target":"db:5432","open":1,"dials":3,"failures":2,"lastError":{"cause":"Timeout","message":"m","at":"2026-01-02T03:04:05Z"}},` +
		`{"address":"127.0.0.1:6379","target":"100.64.0.7:6379","open":0,"dials":0,"failures":0,"lastError":null}]}` + "\n"
	if got, _ := os.ReadFile(path); !strings.HasSuffix(string(got), want) {
		t.Errorf("%s", got)
	}
}

func TestOverwriteTruncatesLongerContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, []byte("something longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := overwrite(path, []byte("{}\n")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "{}\n" {
		t.Errorf("%q", got)
	}
}
