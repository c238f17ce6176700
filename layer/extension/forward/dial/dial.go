// Package dial connects to the target of a forward, through the tailnet and by no other way.
//
// tailscaled's SOCKS5 server dials on the host's own network what no node routes, and whoever asks for the routes before
// the dial may find them changed during it. So this package, which runs inside tailscaled, uses the userspace network
// itself: a packet that no node routes is dropped there.
package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/refusal"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// Tailnet is what a dial has to know.
type Tailnet interface {
	// Self are this node's addresses; none before it has joined.
	Self() []netip.Addr
	// Resolve asks the tailnet's resolver alone. An error that is ErrNoSuchName means that there is no such name.
	Resolve(ctx context.Context, name string) ([]netip.Addr, error)
	// Routed tells whether another node routes the address at this moment.
	Routed(netip.Addr) bool
	// Dial dials in the userspace network.
	Dial(context.Context, netip.AddrPort) (net.Conn, error)
}

// ErrNoSuchName is the resolver's definite response.
var ErrNoSuchName = errors.New("the tailnet resolves no such name")

// Failure is why there is no connection.
type Failure struct {
	Cause  wire.Cause
	Reason string
}

func (f *Failure) Error() string { return string(f.Cause) + ": " + f.Reason }

func failure(cause wire.Cause, format string, args ...any) *Failure {
	return &Failure{cause, fmt.Sprintf(format, args...)}
}

// Dial returns a connection or why there is none. It dials the target's addresses one after the other.
func Dial(ctx context.Context, tailnet Tailnet, target forward.Target) (net.Conn, *Failure) {
	self := tailnet.Self()
	if len(self) == 0 {
		return nil, failure(wire.NotJoined, "the node is not in the tailnet")
	}
	addresses, failed := resolve(ctx, tailnet, target)
	if failed != nil {
		return nil, failed
	}
	if failed = judge(addresses, self); failed != nil {
		return nil, failed
	}
	routed := slices.DeleteFunc(addresses, func(address netip.Addr) bool { return !tailnet.Routed(address) })
	if len(routed) == 0 {
		return nil, failure(wire.NoTailnetRoute, "no node of the tailnet routes %s at this moment", target.Host)
	}
	for i, address := range routed {
		connection, err := dialOne(ctx, tailnet, netip.AddrPortFrom(address, target.Port), i == len(routed)-1)
		if err == nil {
			return connection, nil
		}
		failed = classify(ctx, address, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, failed
}

// dialOne leaves a third of the time for the addresses behind one that is silent.
func dialOne(ctx context.Context, tailnet Tailnet, to netip.AddrPort, isLast bool) (net.Conn, error) {
	if end, limited := ctx.Deadline(); limited && !isLast {
		limit, cancel := context.WithTimeout(ctx, time.Until(end)*2/3)
		defer cancel()
		ctx = limit
	}
	return dialRepeatedly(ctx, func(ctx context.Context) (net.Conn, error) { return tailnet.Dial(ctx, to) })
}

func resolve(ctx context.Context, tailnet Tailnet, target forward.Target) ([]netip.Addr, *Failure) {
	if address, ok := target.Address(); ok {
		return []netip.Addr{address}, nil
	}
	addresses, err := tailnet.Resolve(ctx, target.Host)
	switch {
	case errors.Is(err, ErrNoSuchName) || err == nil && len(addresses) == 0:
		return nil, failure(wire.NameNotFound, "the tailnet resolves no name %s", target.Host)
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		return nil, failure(wire.Cancelled, "the dial was cancelled")
	case err != nil && ctx.Err() != nil:
		// Silence, whoever keeps it: a client waits for that once only.
		return nil, failure(wire.Timeout, "no response of the tailnet's resolver for %s", target.Host)
	case err != nil:
		return nil, failure(wire.NameServerFailed, "resolving %s: %v", target.Host, err)
	}
	addresses = slices.Clone(addresses)
	for i, address := range addresses {
		addresses[i] = address.Unmap()
	}
	// tailscaled itself prefers IPv4, and subnet routes are IPv4 nearly always.
	slices.SortStableFunc(addresses, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() })
	return slices.Compact(addresses), nil
}

// judge lets one address that is never reachable condemn the whole name, as the proxy does.
func judge(addresses, self []netip.Addr) *Failure {
	for _, address := range addresses {
		if reason := refusal.OfAddress(address); reason != "" {
			return failure(wire.NotAllowed, "the target %s is %s", address, reason)
		}
		for _, each := range append(refusal.Embedded(address), address) {
			if slices.Contains(self, each) {
				return failure(wire.NotAllowed, "the target %s is this node itself", address)
			}
		}
	}
	return nil
}

func classify(ctx context.Context, address netip.Addr, err error) *Failure {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return failure(wire.Cancelled, "the dial was cancelled")
	case ctx.Err() != nil || isTimeout(err):
		return failure(wire.Timeout, "no response from %s", address)
	case strings.Contains(err.Error(), "no node of the tailnet routes"): // hostdial's words
		return failure(wire.NoTailnetRoute, "no node of the tailnet routes %s at this moment", address)
	default:
		return failure(wire.ConnectionRefused, "%v", err)
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
