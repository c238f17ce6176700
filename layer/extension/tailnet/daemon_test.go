package tailnet

import (
	"slices"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/rundir"
)

func TestTailscaledOpensItsProxyWhereOneIsBuiltIn(t *testing.T) {
	launcher := &Launcher{Dir: rundir.Dir("/run/node"), SocksPort: 1056}

	with, without := launcher.arguments(true), launcher.arguments(false)

	for _, flag := range []string{"--socks5-server=127.0.0.1:1056", "--outbound-http-proxy-listen=127.0.0.1:1056"} {
		if !slices.Contains(with, flag) {
			t.Errorf("no %s in %v", flag, with)
		}
	}
	if slices.ContainsFunc(without, func(argument string) bool {
		return strings.Contains(argument, "proxy") || strings.Contains(argument, "socks")
	}) {
		t.Errorf("a router's tailscaled knows no such flag: %v", without)
	}
	if !slices.Contains(without, "--state=mem:") || !slices.Contains(without, "--tun=userspace-networking") {
		t.Errorf("%v", without)
	}
}
