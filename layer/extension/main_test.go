package extension_test

import (
	"os"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension"
)

// TestMain lets the test's own binary play the others' parts: it is the layer's tailscaled, as which it is the real
// extension when called with the subcommand, and a scripted tailscaled or tailscale command otherwise.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "lambda-extension":
		if err := extension.Main(os.Args[2:]); err != nil {
			os.Exit(1)
		}
	case os.Args[0] == "tailscale":
		os.Exit(playCommand(os.Args[1:]))
	case len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--tun="):
		os.Exit(playDaemon(os.Args[1:]))
	default:
		os.Exit(m.Run())
	}
}
