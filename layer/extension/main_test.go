package extension_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tailscale.com/cmd/tailscale/cli"
	_ "tailscale.com/feature/condregister/identityfederation"
	_ "tailscale.com/feature/condregister/oauthkey"

	"dev.tailnetproxy/layer/extension"
)

// TestMain lets the test's own binary play the others' parts: it is the layer's tailscaled, as which it is the real
// extension when called with the subcommand, and a scripted tailscaled or tailscale command otherwise; where a
// test asks for it, the real tailscale command.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "lambda-extension":
		if err := extension.Main(os.Args[2:]); err != nil {
			os.Exit(1)
		}
	case os.Args[0] == "tailscale" && os.Getenv(realCommandVariable) != "":
		if err := cli.Run(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case os.Args[0] == "tailscale":
		os.Exit(runFakeCommand(os.Args[1:]))
	case len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--tun="):
		os.Exit(runFakeDaemon(os.Args[1:]))
	default:
		os.Exit(runTests(m))
	}
}

// realCommandVariable makes the command the real one.
const realCommandVariable = "REAL_COMMAND"

// opt is the layer as it lies in /opt: the real script, and this test's binary as tailscaled.
var opt string

// runTests unpacks the layer once, before anything else runs: a script that is being written while another test starts
// a process cannot be started ("text file busy").
func runTests(m *testing.M) int {
	err := unpack()
	defer func() { _ = os.RemoveAll(opt) }()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func unpack() error {
	script, err := os.ReadFile("../opt/extensions/tailscale")
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if opt, err = os.MkdirTemp("", "opt"); err != nil {
		return err
	}
	return errors.Join(
		os.Mkdir(filepath.Join(opt, "extensions"), 0o755),
		os.Mkdir(filepath.Join(opt, "bin"), 0o755),
		os.WriteFile(filepath.Join(opt, "extensions", "tailscale"), script, 0o755),
		os.Symlink(self, filepath.Join(opt, "bin", "tailscaled")),
	)
}
