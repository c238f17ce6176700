package tailnet

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/problem"
)

// Join is one run of `tailscale up`.
type Join struct {
	Config  config.Config
	KeyFile string // holds the auth key, or the identity token when the credential is federated
	// Reauthenticate makes the node register anew although it has, or had, a place in the tailnet.
	Reauthenticate bool
	// ExitNode is the exit node's address where it is known before the node has joined.
	ExitNode string
	Timeout  time.Duration
}

// Arguments are those of `tailscale up`. Every setting is given anew each time, so --reset is safe, and without it the
// command would refuse to leave out what an earlier run had set.
func (j Join) Arguments() []string {
	c := j.Config
	arguments := []string{
		"up",
		"--reset",
		"--timeout=" + j.Timeout.String(),
		"--accept-routes=" + strconv.FormatBool(c.AcceptRoutes),
		"--accept-dns=" + strconv.FormatBool(c.AcceptDNS),
		"--shields-up=" + strconv.FormatBool(c.ShieldsUp),
	}
	add := func(flag, value string) {
		if value != "" {
			arguments = append(arguments, "--"+flag+"="+value)
		}
	}
	add("hostname", c.Hostname)
	add("login-server", c.LoginServer)
	add("advertise-tags", c.Tags)
	add("exit-node", j.ExitNode)
	if c.Credential.Federated() {
		add("client-id", withFederatedDefaults(c.Credential.ClientID))
		add("audience", c.Credential.Audience)
		add("id-token", "file:"+j.KeyFile)
	} else {
		add("auth-key", "file:"+j.KeyFile)
	}
	if j.Reauthenticate {
		arguments = append(arguments, "--force-reauth")
	}
	return append(arguments, c.ExtraArgs...)
}

// withFederatedDefaults makes the node ephemeral and preauthorized unless the client id says otherwise. Both have to
// be said as soon as there is one attribute.
func withFederatedDefaults(clientID string) string {
	if strings.Contains(clientID, "?") {
		return clientID
	}
	return clientID + "?ephemeral=true&preauthorized=true"
}

// Up runs `tailscale up` and returns what it wrote when it failed.
func (l *Launcher) Up(ctx context.Context, join Join) error {
	command := exec.CommandContext(ctx, l.Binary)
	// The same binary is the command when it is called by this name.
	command.Args = append([]string{"tailscale", "--socket=" + l.Dir.Socket()}, join.Arguments()...)
	command.Env = l.Environment
	command.WaitDelay = 100 * time.Millisecond
	command.Cancel = func() error { return command.Process.Signal(os.Kill) }
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := strings.Join(strings.Fields(output.String()), " ")
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		text = err.Error()
	}
	return &UpError{Text: text}
}

// UpError is a `tailscale up` that ended with an error.
type UpError struct{ Text string }

func (f *UpError) Error() string { return f.Text }

// Problem says what the failure means. Where the command only says that its time is over, loginError, the last that
// tailscaled told meanwhile, says why.
func (f *UpError) Problem(c config.Config, loginError string) *problem.Problem {
	if loginError != "" && upTimedOut.MatchString(f.Text) {
		return Classify(loginError, c)
	}
	return Classify(f.Text, c)
}
