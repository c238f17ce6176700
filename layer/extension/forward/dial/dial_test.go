package dial_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// network is a tailnet that the test makes up.
type network struct {
	self     []netip.Addr
	names    map[string]string // addresses, separated by blanks
	broken   error             // of the resolver
	routes   []netip.Prefix
	failing  map[string]error
	silent   netip.Addr
	dialled  []string
	resolved []string
	mu       sync.Mutex // of dialled
}

func newNetwork() *network {
	return &network{
		self:    []netip.Addr{netip.MustParseAddr("100.64.0.1"), netip.MustParseAddr("fd7a:115c:a1e0::1")},
		names:   map[string]string{},
		routes:  []netip.Prefix{netip.MustParsePrefix("100.64.0.0/24"), netip.MustParsePrefix("fd7a:115c:a1e0::/112")},
		failing: map[string]error{},
	}
}

func (n *network) Self() []netip.Addr { return n.self }

func (n *network) Resolve(_ context.Context, name string) ([]netip.Addr, error) {
	n.resolved = append(n.resolved, name)
	text, known := n.names[name]
	if n.broken != nil {
		return nil, n.broken
	}
	if !known {
		return nil, dial.ErrNoSuchName
	}
	var addresses []netip.Addr
	for _, each := range strings.Fields(text) {
		addresses = append(addresses, netip.MustParseAddr(each))
	}
	return addresses, nil
}

func (n *network) Routed(address netip.Addr) bool {
	return slices.ContainsFunc(n.routes, func(route netip.Prefix) bool { return route.Contains(address) })
}

func (n *network) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	n.dialled = append(n.dialled, to.String())
	n.mu.Unlock()
	if to.Addr() == n.silent {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if err := n.failing[to.Addr().String()]; err != nil {
		return nil, err
	}
	one, other := net.Pipe()
	other.Close()
	return one, nil
}

func TestTargetIsDialledThroughTheTailnetOnly(t *testing.T) {
	refused := errors.New("connection was refused")
	for name, c := range map[string]struct {
		host    string
		given   func(*network)
		cause   wire.Cause // empty: connected
		dialled string
	}{
		"a peer":                {host: "100.64.0.7", dialled: "100.64.0.7:5432"},
		"a peer's IPv6 address": {host: "fd7a:115c:a1e0::7", dialled: "[fd7a:115c:a1e0::7]:5432"},
		"a name":                {host: "db", given: names("db", "100.64.0.7"), dialled: "100.64.0.7:5432"},
		"a name of both families begins with IPv4": {
			host: "db", given: names("db", "fd7a:115c:a1e0::7 100.64.0.7"), dialled: "100.64.0.7:5432"},
		"the second address when the first refuses": {
			host: "db", given: func(n *network) {
				names("db", "100.64.0.7 fd7a:115c:a1e0::7")(n)
				n.failing["100.64.0.7"] = refused
			}, dialled: "100.64.0.7:5432 [fd7a:115c:a1e0::7]:5432"},
		"only what is routed of a name": {
			host: "db", given: names("db", "10.0.0.5 100.64.0.7"), dialled: "100.64.0.7:5432"},
		"a mapped address of a name": {host: "db", given: names("db", "::ffff:100.64.0.7"), dialled: "100.64.0.7:5432"},

		"before joining":             {host: "100.64.0.7", given: func(n *network) { n.self = nil }, cause: wire.NotJoined},
		"the function's own network": {host: "10.0.0.5", cause: wire.NoTailnetRoute},
		"an unknown tailnet address": {host: "100.99.0.1", cause: wire.NoTailnetRoute},
		"the node itself":            {host: "100.64.0.1", cause: wire.NotAllowed},
		"the node itself by 4via6":   {host: "64:ff9b::6440:1", cause: wire.NotAllowed},
		"loopback":                   {host: "127.0.0.1", cause: wire.NotAllowed},
		"metadata":                   {host: "169.254.169.254", cause: wire.NotAllowed},
		"a routed address that is never reachable": {
			host: "169.254.169.254", given: func(n *network) { n.routes = append(n.routes, netip.MustParsePrefix("0.0.0.0/0")) }, cause: wire.NotAllowed},
		"a name of loopback":             {host: "db", given: names("db", "127.0.0.1"), cause: wire.NotAllowed},
		"a name with one bad address":    {host: "db", given: names("db", "100.64.0.7 ::1"), cause: wire.NotAllowed},
		"a name of this node":            {host: "db", given: names("db", "100.64.0.1"), cause: wire.NotAllowed},
		"a name outside":                 {host: "db", given: names("db", "10.0.0.5"), cause: wire.NoTailnetRoute},
		"no such name":                   {host: "db", cause: wire.NameNotFound},
		"a name without addresses":       {host: "db", given: names("db", ""), cause: wire.NameNotFound},
		"a resolver that fails":          {host: "db", given: func(n *network) { n.broken = errors.New("SERVFAIL") }, cause: wire.NameServerFailed},
		"a target that refuses":          {host: "100.64.0.7", given: func(n *network) { n.failing["100.64.0.7"] = refused }, cause: wire.ConnectionRefused, dialled: "100.64.0.7:5432"},
		"a target that is silent":        {host: "100.64.0.7", given: func(n *network) { n.failing["100.64.0.7"] = &net.OpError{Err: silence{}} }, cause: wire.Timeout, dialled: "100.64.0.7:5432"},
		"a route that is gone meanwhile": {host: "100.64.0.7", given: func(n *network) { n.failing["100.64.0.7"] = errors.New("no node of the tailnet routes 100.64.0.7") }, cause: wire.NoTailnetRoute, dialled: "100.64.0.7:5432"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork()
			if c.given != nil {
				c.given(n)
			}
			connection, failure := dial.Dial(context.Background(), n, forward.Target{Host: c.host, Port: 5432})
			var cause wire.Cause
			if failure != nil {
				cause = failure.Cause
			} else {
				connection.Close()
			}
			if got := strings.Join(n.dialled, " "); cause != c.cause || got != c.dialled {
				t.Errorf("%v, dialled %q", failure, got)
			}
		})
	}
}

type silence struct{}

func (silence) Error() string   { return "i/o timeout" }
func (silence) Timeout() bool   { return true }
func (silence) Temporary() bool { return true }

func names(name, addresses string) func(*network) {
	return func(n *network) { n.names[name] = addresses }
}

func TestResolverThatIsSilentIsATimeout(t *testing.T) {
	n := newNetwork()
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	n.broken = ctx.Err()
	if _, failure := dial.Dial(ctx, n, forward.Target{Host: "db", Port: 1}); failure == nil || failure.Cause != wire.Timeout {
		t.Errorf("%v", failure)
	}
}

func TestSilentAddressLeavesTimeForTheNext(t *testing.T) {
	n := newNetwork()
	names("db", "100.64.0.7 100.64.0.8")(n)
	n.silent = netip.MustParseAddr("100.64.0.7")
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	connection, failure := dial.Dial(ctx, n, forward.Target{Host: "db", Port: 1})
	if failure != nil {
		t.Fatal(failure)
	}
	connection.Close()
	// The silent one was dialled once more.
	if last := n.dialled[len(n.dialled)-1]; last != "100.64.0.8:1" {
		t.Errorf("dialled %v", n.dialled)
	}
}

func TestCancelledDialTriesNoOtherAddress(t *testing.T) {
	n := newNetwork()
	names("db", "100.64.0.7 100.64.0.8")(n)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n.failing["100.64.0.7"] = ctx.Err()
	_, failure := dial.Dial(ctx, n, forward.Target{Host: "db", Port: 1})
	if failure == nil || failure.Cause != wire.Cancelled || len(n.dialled) != 1 {
		t.Errorf("%v, dialled %v", failure, n.dialled)
	}
}

func message(t *testing.T, header dnsmessage.Header, build func(*dnsmessage.Builder, dnsmessage.ResourceHeader)) []byte {
	t.Helper()
	name := dnsmessage.MustNewName("db.example.")
	builder := dnsmessage.NewBuilder(nil, header)
	must(t, builder.StartQuestions())
	must(t, builder.Question(dnsmessage.Question{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}))
	must(t, builder.StartAnswers())
	if build != nil {
		build(&builder, dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: 1})
	}
	text, err := builder.Finish()
	must(t, err)
	return text
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestResponsesAreRead(t *testing.T) {
	both := message(t, dnsmessage.Header{Response: true}, func(b *dnsmessage.Builder, h dnsmessage.ResourceHeader) {
		must(t, b.CNAMEResource(h, dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName("other.example.")}))
		must(t, b.AResource(h, dnsmessage.AResource{A: [4]byte{10, 0, 0, 5}}))
		must(t, b.AAAAResource(h, dnsmessage.AAAAResource{AAAA: netip.MustParseAddr("fd00::5").As16()}))
	})
	addresses, err := dial.ParseResponse(both)
	must(t, err)
	if len(addresses) != 2 || addresses[0].String() != "10.0.0.5" || addresses[1].String() != "fd00::5" {
		t.Errorf("%v", addresses)
	}
	for name, c := range map[string]struct {
		header  dnsmessage.Header
		missing bool
	}{
		"no such name":     {dnsmessage.Header{RCode: dnsmessage.RCodeNameError}, true},
		"a failing server": {dnsmessage.Header{RCode: dnsmessage.RCodeServerFailure}, false},
		"a refusal":        {dnsmessage.Header{RCode: dnsmessage.RCodeRefused}, false},
		"a truncated one":  {dnsmessage.Header{Truncated: true}, false},
	} {
		if _, err := dial.ParseResponse(message(t, c.header, nil)); err == nil || errors.Is(err, dial.ErrNoSuchName) != c.missing {
			t.Errorf("%s: %v", name, err)
		}
	}
	for length := range both {
		if addresses, err := dial.ParseResponse(both[:length]); err == nil {
			t.Errorf("%d bytes of the response: %v", length, addresses)
		}
	}
}
