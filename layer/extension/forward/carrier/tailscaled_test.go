package carrier

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
	"tailscale.com/ipn/ipnlocal"
	"tailscale.com/tailcfg"
	"tailscale.com/types/dnstype"
	"tailscale.com/types/netmap"
	"tailscale.com/wgengine"

	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// What Register finds out only when tailscaled starts.
var _ tailscaled = (*ipnlocal.LocalBackend)(nil)

// backend is a tailscaled with one peer and a resolver of the test.
type backend struct {
	state    *netmap.NetworkMap
	self     netip.Addr
	peer     netip.Addr
	asked    chan string
	response func(family dnsmessage.Type) ([]byte, error)
}

func (b *backend) NetMap() *netmap.NetworkMap { return b.state }

func (b *backend) PeerForIP(address netip.Addr) (wgengine.PeerForIP, bool) {
	return wgengine.PeerForIP{IsSelf: address == b.self}, address == b.self || address == b.peer
}

func (b *backend) QueryDNS(name string, family dnsmessage.Type) ([]byte, []*dnstype.Resolver, error) {
	b.asked <- name
	message, err := b.response(family)
	return message, nil, err
}

func newBackend() *backend {
	self := netip.MustParseAddr("100.64.0.1")
	return &backend{
		state: &netmap.NetworkMap{SelfNode: (&tailcfg.Node{
			Name: "me.tailnet.test.", Addresses: []netip.Prefix{netip.PrefixFrom(self, 32)},
		}).View()},
		self: self, peer: netip.MustParseAddr("100.64.0.7"), asked: make(chan string, 10),
	}
}

func reply(t *testing.T, code dnsmessage.RCode, resource dnsmessage.ResourceBody) []byte {
	t.Helper()
	message := dnsmessage.Message{Header: dnsmessage.Header{Response: true, RCode: code}}
	if resource != nil {
		message.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("db."), Class: dnsmessage.ClassINET}, Body: resource,
		}}
	}
	packed, err := message.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestNodeKnowsItselfAndItsPeers(t *testing.T) {
	b := newBackend()
	n := &node{backend: b}
	if self := n.Self(); len(self) != 1 || self[0] != b.self {
		t.Errorf("%v", self)
	}
	if n.Routed(b.self) || !n.Routed(b.peer) || n.Routed(netip.MustParseAddr("10.0.0.5")) {
		t.Error("the routes are not those of the peers")
	}
	b.state = nil
	if self := n.Self(); self != nil {
		t.Errorf("before joining: %v", self)
	}
}

func TestBothFamiliesAreResolved(t *testing.T) {
	v4, v6 := dnsmessage.AResource{A: [4]byte{100, 64, 0, 7}}, dnsmessage.AAAAResource{AAAA: netip.MustParseAddr("fd7a:115c:a1e0::7").As16()}
	none, missing := reply(t, dnsmessage.RCodeSuccess, nil), reply(t, dnsmessage.RCodeNameError, nil)
	for name, c := range map[string]struct {
		a, aaaa []byte
		failure error // of the family without a response
		want    string
		missing bool
	}{
		"both":                      {a: reply(t, 0, &v4), aaaa: reply(t, 0, &v6), want: "100.64.0.7 fd7a:115c:a1e0::7"},
		"one":                       {a: reply(t, 0, &v4), aaaa: none, want: "100.64.0.7"},
		"one, the other fails":      {a: reply(t, 0, &v4), failure: errors.New("no"), want: "100.64.0.7"},
		"none":                      {a: none, aaaa: none},
		"no such name":              {a: missing, aaaa: missing, missing: true},
		"none, and the other fails": {a: none, failure: errors.New("no")},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend()
			b.response = func(family dnsmessage.Type) ([]byte, error) {
				message := c.a
				if family == dnsmessage.TypeAAAA {
					message = c.aaaa
				}
				if message == nil {
					return nil, c.failure
				}
				return message, nil
			}
			addresses, err := (&node{backend: b}).Resolve(context.Background(), "db.example")
			var got []string
			for _, each := range []string{"100.64.0.7", "fd7a:115c:a1e0::7"} {
				for _, address := range addresses {
					if address.String() == each {
						got = append(got, each)
					}
				}
			}
			failed := c.missing || c.failure != nil && c.want == ""
			if strings.Join(got, " ") != c.want || errors.Is(err, dial.ErrNoSuchName) != c.missing || (err != nil) != failed {
				t.Errorf("%v, %v", addresses, err)
			}
		})
	}
}

func TestShortNamesGetTheSuffixOfTheTailnet(t *testing.T) {
	for host, want := range map[string]string{"db": "db.tailnet.test", "db.example": "db.example", "db.tailnet.test": "db.tailnet.test"} {
		b := newBackend()
		b.response = func(dnsmessage.Type) ([]byte, error) { return nil, errors.New("no") }
		_, _ = (&node{backend: b}).Resolve(context.Background(), host)
		if got := <-b.asked; got != want {
			t.Errorf("%s: asked for %s", host, got)
		}
	}
}

func TestResolverThatIsSilentEndsWithTheDial(t *testing.T) {
	b := newBackend()
	held := make(chan struct{})
	defer close(held)
	b.response = func(dnsmessage.Type) ([]byte, error) { <-held; return nil, errors.New("late") }
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (&node{backend: b}).Resolve(ctx, "db"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestTailscaledEndsWithTheChannelUnlessItStops(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*extension, *wire.Channel)
		want int
	}{
		"the channel ends": {func(_ *extension, other *wire.Channel) { other.Close() }, 1},
		"tailscaled stops": {func(e *extension, _ *wire.Channel) { _ = e.Shutdown() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			other, file, err := wire.NewPair()
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			channel, err := wire.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			terminated := 0
			e := &extension{logf: t.Logf, channel: channel, terminate: func() { terminated++ }}
			c.end(e, other)
			e.serve((&Carrier{Channel: channel, Logf: t.Logf}).Serve)
			if terminated != c.want {
				t.Errorf("terminated %d times", terminated)
			}
		})
	}
}
