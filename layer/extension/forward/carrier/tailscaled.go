package carrier

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/net/dns/dnsmessage"
	"tailscale.com/ipn/ipnext"
	"tailscale.com/net/tsdial"
	"tailscale.com/types/dnstype"
	"tailscale.com/types/logger"
	"tailscale.com/types/netmap"
	"tailscale.com/wgengine"

	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/netstack"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

const name = "lambda-forwards"

// Register makes the daemon that this is compiled into serve the channel that its environment names. wait makes a node
// reachable before something is sent to it (package firstdial). It is called after the packages that guard tailscaled's
// dials have been registered, so that their guards hold here, too.
func Register(wait func(context.Context, netip.Addr)) {
	file := wire.Inherited(os.Getenv)
	if file == nil {
		return // no forwards
	}
	ipnext.RegisterExtension(name, func(logf logger.Logf, backend ipnext.SafeBackend) (ipnext.Extension, error) {
		state, ok := backend.(tailscaled)
		if !ok {
			return nil, fmt.Errorf("%T does not tell what forwards need to know", backend)
		}
		channel, err := wire.Open(file)
		if err != nil {
			return nil, err
		}
		return &extension{
			logf: logf, backend: state, dialer: backend.Sys().Dialer.Get(), channel: channel, wait: wait, terminate: terminate,
		}, nil
	})
}

// tailscaled is what its backend can do beyond its interface for extensions.
type tailscaled interface {
	NetMap() *netmap.NetworkMap
	PeerForIP(netip.Addr) (wgengine.PeerForIP, bool)
	QueryDNS(name string, queryType dnsmessage.Type) ([]byte, []*dnstype.Resolver, error)
}

type extension struct {
	logf    logger.Logf
	backend tailscaled
	dialer  *tsdial.Dialer
	channel *wire.Channel
	wait    func(context.Context, netip.Addr)
	// terminate ends tailscaled in order.
	terminate func()
	stopping  atomic.Bool
	end       sync.Once
}

func terminate() { _ = syscall.Kill(os.Getpid(), syscall.SIGTERM) }

func (*extension) Name() string { return name }

// Init runs when the backend starts, which is before it asks for a tailnet; the dialer is complete then.
func (e *extension) Init(ipnext.Host) error {
	throughTailnet := e.dialer.NetstackDialTCP
	if throughTailnet == nil {
		return errors.New("tailscaled does not run in userspace: it does not dial by itself")
	}
	carrier := &Carrier{
		Channel: e.channel,
		Tailnet: &node{backend: e.backend, dial: throughTailnet, wait: e.wait},
		Understand: func(connection net.Conn) (Target, error) {
			return netstack.New(connection)
		},
		Logf:   e.logf,
		Window: ProbeWindow,
	}
	go e.serve(carrier.Serve)
	return nil
}

// serve ends tailscaled with the channel: nobody can give it another one, and the extension starts a new tailscaled, with a
// channel, when this one has ended.
func (e *extension) serve(untilChannelEnds func()) {
	untilChannelEnds()
	if !e.stopping.Load() {
		e.logf("forwards: the channel to the extension has ended, so tailscaled stops")
		e.terminate()
	}
}

func (e *extension) Shutdown() error {
	e.stopping.Store(true)
	e.end.Do(e.channel.Close)
	return nil
}

// node is the tailnet as tailscaled knows it.
type node struct {
	backend tailscaled
	dial    func(context.Context, netip.AddrPort) (net.Conn, error)
	wait    func(context.Context, netip.Addr)
}

func (n *node) Self() []netip.Addr {
	state := n.backend.NetMap()
	if state == nil {
		return nil
	}
	var addresses []netip.Addr
	for _, prefix := range state.GetAddresses().All() {
		addresses = append(addresses, prefix.Addr())
	}
	return addresses
}

func (n *node) Routed(address netip.Addr) bool {
	peer, ok := n.backend.PeerForIP(address)
	return ok && !peer.IsSelf
}

func (n *node) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) { return n.dial(ctx, to) }

func (n *node) Reach(ctx context.Context, address netip.Addr) { n.wait(ctx, address) }

// Resolve asks for both families at the same time. Of a resolver that fails for one of them the other's addresses are
// used, as in the proxy.
func (n *node) Resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	type response struct {
		addresses []netip.Addr
		err       error
	}
	families := []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA}
	responses := make(chan response, len(families))
	fullName := n.fullName(host)
	for _, family := range families {
		go func() { // the resolver has a time limit of its own
			message, _, err := n.backend.QueryDNS(fullName, family)
			if err != nil {
				responses <- response{err: err}
				return
			}
			addresses, err := dial.ParseResponse(message)
			responses <- response{addresses, err}
		}()
	}
	var addresses []netip.Addr
	var failures error
	for range families {
		select {
		case one := <-responses:
			addresses = append(addresses, one.addresses...)
			failures = errors.Join(failures, one.err)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if len(addresses) > 0 {
		return addresses, nil
	}
	return nil, failures
}

// fullName completes a short name with the tailnet's suffix.
func (n *node) fullName(host string) string {
	state := n.backend.NetMap()
	if strings.Contains(host, ".") || state == nil || state.MagicDNSSuffix() == "" {
		return host
	}
	return host + "." + state.MagicDNSSuffix()
}
