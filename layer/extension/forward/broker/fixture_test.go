package broker_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/broker"
	"dev.tailnetproxy/layer/extension/forward/carrier"
	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/listener"
	"dev.tailnetproxy/layer/extension/forward/relay"
	"dev.tailnetproxy/layer/extension/forward/wire"
	"dev.tailnetproxy/layer/extension/statefile"
)

const eventTimeout = 30 * time.Second

// logs keeps what the broker writes.
type logs struct {
	mu    sync.Mutex
	lines []string
}

func (l *logs) write(level, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, level+" "+fmt.Sprintf(format, args...))
}
func (l *logs) Errorf(format string, args ...any) { l.write("ERROR", format, args...) }
func (l *logs) Infof(format string, args ...any)  { l.write("INFO", format, args...) }
func (l *logs) Debugf(format string, args ...any) { l.write("DEBUG", format, args...) }

// target is a server on loopback that stands for a peer. It never gives a sign of life of its own accord.
type target struct{ relay.Client }

func (target) Received() uint64 { return 0 }
func (target) Stimulate() error { return nil }
func (target) Relax()           {}

// node is a tailnet in which 100.64.0.7 is the test's server.
type node struct{ server string }

func (n *node) Self() []netip.Addr { return []netip.Addr{netip.MustParseAddr("127.0.0.1")} }
func (n *node) Routed(address netip.Addr) bool {
	return address.String() == "100.64.0.7" || address.IsLoopback()
}
func (n *node) Resolve(context.Context, string) ([]netip.Addr, error) { return nil, dial.ErrNoSuchName }
func (n *node) Reach(context.Context, netip.Addr)                     {}
func (n *node) Dial(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp4", n.server)
}

// setting is a broker with one forward, and a tailscaled that the test starts and ends.
type setting struct {
	t        *testing.T
	broker   *broker.Broker
	address  string
	beats    chan time.Time
	logs     *logs
	changes  chan struct{}
	accepted chan *net.TCPConn
	node     *node
	now      func() time.Time
}

func start(t *testing.T, host string, joinTimeout time.Duration) *setting {
	t.Helper()
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	s := &setting{
		t: t, beats: make(chan time.Time), logs: &logs{}, changes: make(chan struct{}, 1),
		accepted: make(chan *net.TCPConn, 500), node: &node{server.Addr().String()},
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
	listeners, err := listener.Open([]forward.Forward{{
		Listen: netip.MustParseAddrPort("127.0.0.1:0"), Target: forward.Target{Host: host, Port: 5432},
	}})
	must(t, err)
	s.address = listeners[0].Addr().String()
	s.broker = broker.New(broker.Settings{
		Listeners: listeners, MaxConnections: 256, JoinTimeout: joinTimeout, Log: s.logs, Now: time.Now, Beats: s.beats,
		OnThaw: func() {},
		OnChange: func() {
			select {
			case s.changes <- struct{}{}:
			default:
			}
		},
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.broker.Run()
	}()
	t.Cleanup(func() {
		s.broker.Drain(0)
		await(t, "the broker's end", ended)
		server.Close()
		for _, line := range s.logs.lines {
			if strings.Contains(line, "internal error") {
				t.Error(line)
			}
		}
	})
	return s
}

// startDaemon is a tailscaled; what it returns ends it.
func (s *setting) startDaemon() (end func()) {
	s.t.Helper()
	file, err := s.broker.OpenChannel()
	must(s.t, err)
	channel, err := wire.Open(file)
	must(s.t, err)
	c := &carrier.Carrier{
		Channel: channel, Tailnet: s.node, Logf: s.t.Logf, Window: 100 * time.Millisecond,
		Understand: func(connection net.Conn) (carrier.Target, error) {
			client, err := relay.NewClient(connection.(*net.TCPConn))
			return target{client}, err
		},
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		c.Serve()
	}()
	end = sync.OnceFunc(func() {
		channel.Close()
		<-served
	})
	s.t.Cleanup(end)
	return end
}

func (s *setting) dial() *net.TCPConn {
	s.t.Helper()
	client, err := net.Dial("tcp4", s.address)
	must(s.t, err)
	s.t.Cleanup(func() { client.Close() })
	return client.(*net.TCPConn)
}

// connect is a connection from client to target.
func (s *setting) connect() (client, server *net.TCPConn) {
	s.t.Helper()
	client = s.dial()
	server = await(s.t, "the connection to the target", s.accepted)
	s.t.Cleanup(func() { server.Close() })
	_, err := server.Write([]byte("x"))
	must(s.t, err)
	_, err = io.ReadFull(client, make([]byte, 1))
	must(s.t, err)
	return client, server
}

// awaitStatus waits until the state file would say so.
func (s *setting) awaitStatus(what string, holds func(statefile.Forward) bool) statefile.Forward {
	s.t.Helper()
	for {
		if status := s.broker.Status()[0]; holds(status) {
			return status
		}
		await(s.t, what, s.changes)
	}
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

func wantReset(t *testing.T, connection *net.TCPConn) {
	t.Helper()
	must(t, connection.SetReadDeadline(time.Now().Add(eventTimeout)))
	if _, err := io.ReadAll(connection); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("no reset: %v", err)
	}
}
