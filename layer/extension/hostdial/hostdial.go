// Package hostdial keeps tailscaled's SOCKS5 and HTTP proxy from going around the tailnet.
//
// In userspace tailscaled dials on the host's own network whatever no node of the tailnet routes. A proxy for others must
// not do that at all. With a required exit node it would be a way around it: as soon as the control server has removed the
// exit node or its approval, and until it is chosen after joining, requests would leave with the function's own address,
// and nobody would notice.
package hostdial

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"

	"tailscale.com/ipn/ipnext"
	"tailscale.com/net/tsdial"
	"tailscale.com/types/logger"
)

const (
	variable = "TS_LAMBDA_HOST_DIAL"
	never    = "never"

	// DenyHostDialEntry is what tailscaled's environment needs so that it does not dial on the host's network.
	DenyHostDialEntry = variable + "=" + never
)

// Register makes the daemon that this is compiled into obey its environment.
func Register() {
	if os.Getenv(variable) == never {
		ipnext.RegisterExtension(guard{}.Name(), func(_ logger.Logf, backend ipnext.SafeBackend) (ipnext.Extension, error) {
			return guard{dialer: backend.Sys().Dialer.Get()}, nil
		})
	}
}

type guard struct{ dialer *tsdial.Dialer }

func (guard) Name() string { return "lambda-host-dial" }

// Init runs when the backend starts, which is before it asks for a tailnet; the dialer is complete then.
func (g guard) Init(ipnext.Host) error {
	return DenyHostDials(g.dialer)
}

func (guard) Shutdown() error { return nil }

// DenyHostDials makes the dialer refuse what no node of the tailnet routes. The dialer has to be one for userspace.
func DenyHostDials(dialer *tsdial.Dialer) error {
	routed, tcp, udp := dialer.UseNetstackForIP, dialer.NetstackDialTCP, dialer.NetstackDialUDP
	if routed == nil || tcp == nil || udp == nil {
		return fmt.Errorf("tailscaled does not run in userspace: its kernel's routes decide what is dialled")
	}
	onlyRouted := func(dial netstackDial) netstackDial {
		return func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			if !routed(to.Addr()) {
				return nil, fmt.Errorf("no node of the tailnet routes %s", to.Addr())
			}
			return dial(ctx, to)
		}
	}
	dialer.NetstackDialTCP, dialer.NetstackDialUDP = onlyRouted(tcp), onlyRouted(udp)
	dialer.UseNetstackForIP = func(netip.Addr) bool { return true }
	return nil
}

type netstackDial = func(context.Context, netip.AddrPort) (net.Conn, error)
