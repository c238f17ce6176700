package carrier_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/carrier"
	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/relay"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

const eventTimeout = 30 * time.Second

// target is a server on loopback that stands for a peer; alive tells whether its node still gives signs of life.
type target struct {
	relay.Client
	node *node
}

func (c target) Received() uint64 { return c.node.received.Load() }

func (c target) Stimulate() error {
	if c.node.alive.Load() {
		c.node.received.Add(1)
	}
	return nil
}

func (c target) Relax() {}

// node is a tailnet whose only peer, 100.64.0.7, is a server of the test.
type node struct {
	mu       sync.Mutex
	self     []netip.Addr
	routed   bool
	hold     chan struct{} // dials wait for it unless it is nil
	server   string
	alive    atomic.Bool
	received atomic.Uint64
	reached  chan netip.Addr
}

var loopback = netip.MustParseAddr("127.0.0.1") // the local address of what the node dials

func (n *node) Self() []netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.self
}
func (n *node) Routed(netip.Addr) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.routed
}
func (n *node) set(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
}
func (n *node) Resolve(context.Context, string) ([]netip.Addr, error) { return nil, dial.ErrNoSuchName }
func (n *node) Reach(_ context.Context, address netip.Addr)           { n.reached <- address }
func (n *node) Dial(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	hold := n.hold
	n.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return new(net.Dialer).DialContext(ctx, "tcp4", n.server)
}

type setting struct {
	t         *testing.T
	node      *node
	extension *wire.Channel
	accepted  chan *net.TCPConn
	served    chan struct{}
}

func start(t *testing.T) *setting {
	t.Helper()
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	s := &setting{
		t: t, accepted: make(chan *net.TCPConn, 10), served: make(chan struct{}),
		node: &node{self: []netip.Addr{loopback}, routed: true, server: server.Addr().String(), reached: make(chan netip.Addr, 100)},
	}
	go func() {
		for {
			connection, err := server.Accept()
			if err != nil {
				return
			}
			s.accepted <- connection.(*net.TCPConn)
		}
	}()
	extension, file, err := wire.NewPair()
	must(t, err)
	channel, err := wire.Open(file)
	must(t, err)
	s.extension = extension
	c := &carrier.Carrier{
		Channel: channel, Tailnet: s.node, Logf: t.Logf, Window: 300 * time.Millisecond,
		Understand: func(connection net.Conn) (carrier.Target, error) {
			client, err := relay.NewClient(connection.(*net.TCPConn))
			return target{client, s.node}, err
		},
	}
	go func() {
		defer close(s.served)
		c.Serve()
	}()
	t.Cleanup(func() {
		extension.Close()
		<-s.served
		server.Close()
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func await[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case thing := <-from:
		return thing
	case <-time.After(eventTimeout):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// order hands over a new client's connection, as the extension does, which then has a copy of its own.
func (s *setting) order(id uint64, host string) (client, copied *net.TCPConn) {
	s.t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(s.t, err)
	defer listener.Close()
	dialled, err := net.Dial("tcp4", listener.Addr().String())
	must(s.t, err)
	accepted, err := listener.Accept()
	must(s.t, err)
	s.t.Cleanup(func() { dialled.Close(); accepted.Close() })
	copied = accepted.(*net.TCPConn)
	must(s.t, s.extension.Send(wire.Order{Kind: wire.Dial, ID: id, Target: forward.Target{Host: host, Port: 5432}}, copied))
	return dialled.(*net.TCPConn), copied
}

func (s *setting) connect(id uint64) (client, server *net.TCPConn) {
	s.t.Helper()
	client, copied := s.order(id, "100.64.0.7")
	s.expect(wire.Report{Kind: wire.Connected, ID: id})
	copied.Close()
	return client, await(s.t, "the connection to the target", s.accepted)
}

func (s *setting) expect(want wire.Report) {
	s.t.Helper()
	got := s.receive()
	if got.Kind != want.Kind || got.ID != want.ID || got.Cause != want.Cause || got.Cause != "" && got.Reason == "" {
		s.t.Fatalf("reported %+v instead of %+v", got, want)
	}
}

func (s *setting) receive() wire.Report {
	s.t.Helper()
	reports := make(chan wire.Report, 1)
	go func() {
		var report wire.Report
		_, _ = s.extension.Receive(&report)
		reports <- report
	}()
	return await(s.t, "a report", reports)
}

func wantReset(t *testing.T, connection *net.TCPConn) {
	t.Helper()
	if _, err := io.ReadAll(connection); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("no reset: %v", err)
	}
}

func wantAlive(t *testing.T, one, other *net.TCPConn) {
	t.Helper()
	for _, way := range [][2]*net.TCPConn{{one, other}, {other, one}} {
		_, err := way[0].Write([]byte("x"))
		must(t, err)
		_, err = io.ReadFull(way[1], make([]byte, 1))
		must(t, err)
	}
}
