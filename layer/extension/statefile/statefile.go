// Package statefile tells the proxy, and anybody who looks, how the node is doing. README.md of the layer has the schema.
package statefile

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"dev.tailnetproxy/layer/extension/problem"
)

// Phase is what the extension does at the moment.
type Phase string

const (
	Starting   Phase = "starting"
	Joining    Phase = "joining"
	Running    Phase = "running"
	Recovering Phase = "recovering"
	Stopping   Phase = "stopping"
)

// State is the file's content.
type State struct {
	Schema           int              `json:"schema"`
	Phase            Phase            `json:"phase"`
	Problem          *problem.Problem `json:"problem"`
	Updated          time.Time        `json:"updated"`
	TailscaleVersion string           `json:"tailscaleVersion"`
	Hostname         string           `json:"hostname"`
	Forwards         []Forward        `json:"forwards,omitempty"`
}

// Forward is a port that leads to a target in the tailnet.
type Forward struct {
	Address   string        `json:"address"`
	Target    string        `json:"target"`
	Open      int           `json:"open"`
	Dials     int           `json:"dials"`
	Failures  int           `json:"failures"`
	LastError *ForwardError `json:"lastError"`
}

// ForwardError is why a connection to a forward was reset.
type ForwardError struct {
	Cause   string    `json:"cause"`
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// Write replaces the file at path, so that a reader sees the old content or the new, never half of it. On a full disk
// it writes over the old content instead: a short file needs no new block, and a reader that finds half of it
// reads it again.
func Write(path string, state State) error {
	state.Schema = 1
	state.Updated = state.Updated.UTC()
	content, err := json.Marshal(state)
	if err != nil {
		return err
	}
	content = append(content, '\n')
	temporary := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	err = os.WriteFile(temporary, content, 0o600)
	if err == nil {
		return os.Rename(temporary, path)
	}
	_ = os.Remove(temporary)
	if errors.Is(err, syscall.ENOSPC) {
		return overwrite(path, content)
	}
	return err
}

func overwrite(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Truncate(int64(len(content)))
	}
	return errors.Join(err, file.Close())
}
