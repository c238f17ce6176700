package extension_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward/carrier"
	"dev.tailnetproxy/layer/extension/forward/dial"
	"dev.tailnetproxy/layer/extension/forward/relay"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// forwardTargetVariable tells the fake tailscaled where the only peer of its tailnet is on loopback.
const forwardTargetVariable = "FORWARD_TARGET"

const forwardPeer = "100.64.0.7"

// fakeTailnet is that of the fake tailscaled, whose carrier is the real one.
type fakeTailnet struct{}

func (fakeTailnet) Self() []netip.Addr { return []netip.Addr{netip.MustParseAddr("127.0.0.1")} }
func (fakeTailnet) Routed(address netip.Addr) bool {
	return address.String() == forwardPeer || address.IsLoopback()
}
func (fakeTailnet) Resolve(context.Context, string) ([]netip.Addr, error) {
	return nil, dial.ErrNoSuchName
}
func (fakeTailnet) Reach(context.Context, netip.Addr) {}
func (fakeTailnet) Dial(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp4", os.Getenv(forwardTargetVariable))
}

// fakePeer always gives a sign of life.
type fakePeer struct{ relay.Client }

func (fakePeer) Received() uint64 { return uint64(time.Now().UnixNano()) }
func (fakePeer) Stimulate() error { return nil }
func (fakePeer) Relax()           {}

// serveForwards is what the real tailscaled does with the channel that it was started with.
func serveForwards() {
	file := wire.Inherited(os.Getenv)
	if file == nil {
		return
	}
	channel, err := wire.Open(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := &carrier.Carrier{
		Channel: channel, Tailnet: fakeTailnet{}, Window: carrier.ProbeWindow,
		Logf: func(format string, args ...any) { fmt.Printf(format+"\n", args...) },
		Understand: func(connection net.Conn) (carrier.Target, error) {
			client, err := relay.NewClient(connection.(*net.TCPConn))
			return fakePeer{client}, err
		},
	}
	go c.Serve()
}

// forwardFixture is an extension with one forward, to a server of the test.
type forwardFixture struct {
	*fixture
	address string
	targets chan *net.TCPConn
}

func newForwardFixture(t *testing.T, settings ...string) *forwardFixture {
	t.Helper()
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	address := unusedAddress()
	f := &forwardFixture{
		fixture: newFixture(t, append(settings, "TS_FORWARDS", address+"="+forwardPeer+":5432",
			forwardTargetVariable, server.Addr().String())...),
		address: address, targets: make(chan *net.TCPConn, 10),
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		for {
			connection, err := server.Accept()
			if err != nil {
				return
			}
			f.targets <- connection.(*net.TCPConn)
		}
	}()
	return f
}

var loopbackAddresses atomic.Uint32

// unusedAddress is on a loopback address of its own: the ports of 127.0.0.1 come and go with the tests' connections.
func unusedAddress() string {
	number := loopbackAddresses.Add(1)
	return fmt.Sprintf("127.16.%d.%d:5432", number/250, 1+number%250)
}

func (f *forwardFixture) dial() *net.TCPConn {
	f.t.Helper()
	client, err := net.Dial("tcp4", f.address)
	must(f.t, err)
	f.t.Cleanup(func() { client.Close() })
	return client.(*net.TCPConn)
}

func (f *forwardFixture) assertConnected(client *net.TCPConn) (target *net.TCPConn) {
	f.t.Helper()
	target = await(f.fixture, "the connection to the target", f.targets)
	f.t.Cleanup(func() { target.Close() })
	for _, way := range [][2]*net.TCPConn{{client, target}, {target, client}} {
		_, err := way[0].Write([]byte("x"))
		must(f.t, err)
		_, err = io.ReadFull(way[1], make([]byte, 1))
		must(f.t, err)
	}
	return target
}

func (f *forwardFixture) assertReset(client *net.TCPConn) {
	f.t.Helper()
	must(f.t, client.SetReadDeadline(time.Now().Add(eventTimeout)))
	if _, err := io.ReadAll(client); !errors.Is(err, syscall.ECONNRESET) {
		f.t.Errorf("no reset: %v", err)
	}
}

func TestForwardIsOpenBeforeRegistrationAndWaitsForTheNode(t *testing.T) {
	f := newForwardFixture(t)
	f.start()
	await(f.fixture, "the registration", f.registered)
	client := f.dial()
	f.playJoin()
	f.assertConnected(client)
	for deadline := time.Now().Add(eventTimeout); ; time.Sleep(20 * time.Millisecond) {
		forwards := f.state().Forwards
		if len(forwards) == 1 && forwards[0].Open == 1 && forwards[0].Dials == 1 && forwards[0].Address == f.address &&
			forwards[0].Target == forwardPeer+":5432" && forwards[0].LastError == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the state file says %+v", forwards)
		}
	}
}

func TestTakenPortOfAForwardIsInvalidConfiguration(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	other := unusedAddress()
	s := newFixture(t, "TS_FORWARDS", fmt.Sprintf("%s=db:1,%d=db:2", other, taken.Addr().(*net.TCPAddr).Port)).start()
	next := await(s, "/next", s.next)
	problem := s.state().Problem
	if problem == nil || problem.Code != "InvalidConfiguration" || !strings.Contains(problem.Message, "is taken by another program") {
		t.Errorf("%+v", problem)
	}
	if client, err := net.Dial("tcp4", other); err == nil {
		client.Close()
		t.Error("the other port is open")
	}
	next <- shutdownEvent
	await(s, "the extension's end", s.exited)
}

func TestMistakeInForwardsIsInvalidConfiguration(t *testing.T) {
	s := newFixture(t, "TS_FORWARDS", "1055=db:5432,5432=localhost:5432").start()
	next := await(s, "/next", s.next)
	problem := s.state().Problem
	if problem == nil || problem.Code != "InvalidConfiguration" || !strings.Contains(problem.Message, "TS_FORWARDS: the entry") ||
		!strings.Contains(problem.Message, "TS_SOCKS_PORT") || !strings.Contains(problem.Message, "a name of this machine") {
		t.Errorf("%+v", problem)
	}
	next <- shutdownEvent
	await(s, "the extension's end", s.exited)
}

func TestEndOfTailscaledResetsForwardedConnections(t *testing.T) {
	f := newForwardFixture(t)
	f.start()
	f.playJoin()
	client := f.dial()
	f.assertConnected(client)
	one := 1
	f.instructions <- instruction{Exit: &one}
	f.assertReset(client)
	another := f.dial() // waits for the next tailscaled
	f.playDaemonStart()
	await(f.fixture, "the secret's reading anew", f.secrets).secret(testKey)
	await(f.fixture, "tailscale up again", f.ups).succeed()
	f.assertConnected(another)
}

func TestShutdownOfForwards(t *testing.T) {
	t.Run("in Lambda gives open connections what is left of the time", func(t *testing.T) {
		f := newForwardFixture(t)
		f.start()
		_, next := f.playJoin()
		client := f.dial()
		target := f.assertConnected(client)
		f.playShutdown(next)
		f.assertReset(client)
		f.assertReset(target)
	})
	t.Run("outside of Lambda lets connections end", func(t *testing.T) {
		f := newForwardFixture(t, "AWS_LAMBDA_RUNTIME_API", "", "TS_FORWARD_DRAIN_TIMEOUT_MS", "600000")
		client, target := f.startOutsideOfLambda()
		must(t, f.process.Process.Signal(syscall.SIGTERM))
		f.awaitLog("no new connections; 1 open ones")
		expectNone(f.fixture, "the log-out during the drain", f.localAPI)
		if another, err := net.Dial("tcp4", f.address); err == nil {
			another.Close()
			t.Error("the port is open")
		}
		client.Close()
		target.Close()
		f.playEndOutsideOfLambda()
	})
	t.Run("outside of Lambda ends at the second signal", func(t *testing.T) {
		f := newForwardFixture(t, "AWS_LAMBDA_RUNTIME_API", "", "TS_FORWARD_DRAIN_TIMEOUT_MS", "600000")
		client, _ := f.startOutsideOfLambda()
		must(t, f.process.Process.Signal(syscall.SIGTERM))
		f.awaitLog("no new connections; 1 open ones")
		must(t, f.process.Process.Signal(syscall.SIGTERM))
		f.assertReset(client)
		f.playEndOutsideOfLambda()
	})
}

func (f *forwardFixture) startOutsideOfLambda() (client, target *net.TCPConn) {
	f.t.Helper()
	f.start()
	f.playDaemonStart()
	await(f.fixture, "the secret's reading", f.secrets).secret(testKey)
	await(f.fixture, "tailscale up", f.ups).succeed()
	f.awaitLog("joined")
	client = f.dial()
	return client, f.assertConnected(client)
}

func (f *forwardFixture) playEndOutsideOfLambda() {
	f.t.Helper()
	await(f.fixture, "the log-out", f.localAPI).reply(http.StatusNoContent, "")
	zero := 0
	await(f.fixture, "SIGTERM for tailscaled", f.sigterm) <- instruction{Exit: &zero}
	await(f.fixture, "the extension's end", f.exited)
}
