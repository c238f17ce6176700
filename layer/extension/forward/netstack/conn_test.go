package netstack_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/pipe"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"dev.tailnetproxy/layer/extension/forward/netstack"
)

const nic = 1

var near, far = tcpip.AddrFrom4([4]byte{10, 0, 0, 1}), tcpip.AddrFrom4([4]byte{10, 0, 0, 2})

// link can be cut: packets are lost without a word, as those of a node that nobody knows any more.
type link struct {
	stack.LinkEndpoint
	cut atomic.Bool
}

func (l *link) WritePackets(packets stack.PacketBufferList) (int, tcpip.Error) {
	if l.cut.Load() {
		return packets.Len(), nil
	}
	return l.LinkEndpoint.WritePackets(packets)
}

func newStack(t *testing.T, endpoint stack.LinkEndpoint, address tcpip.Address) *stack.Stack {
	t.Helper()
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	if err := s.CreateNIC(nic, endpoint); err != nil {
		t.Fatal(err)
	}
	protocolAddress := tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: address.WithPrefix()}
	if err := s.AddProtocolAddress(nic, protocolAddress, stack.AddressProperties{}); err != nil {
		t.Fatal(err)
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	t.Cleanup(s.Destroy)
	return s
}

// connected is a connection of a userspace network, its other end, and the way between them.
func connected(t *testing.T) (connection *netstack.Conn, target net.Conn, way *link) {
	t.Helper()
	one, other := pipe.New("\x02\x00\x00\x00\x00\x01", "\x02\x00\x00\x00\x00\x02", 1500)
	way = &link{LinkEndpoint: one}
	client, server := newStack(t, way, near), newStack(t, other, far)
	address := tcpip.FullAddress{NIC: nic, Addr: far, Port: 5432}
	listener, err := gonet.ListenTCP(server, address, ipv4.ProtocolNumber)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dialled, err := gonet.DialContextTCP(ctx, client, address, ipv4.ProtocolNumber)
	if err != nil {
		t.Fatal(err)
	}
	target, err = listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	connection, err = netstack.New(dialled)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close(); target.Close(); listener.Close() })
	return connection, target, way
}

func TestConnectionOfUserspaceNetworkIsUnderstood(t *testing.T) {
	connection, target, _ := connected(t)
	if _, err := connection.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(target, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestWaitEndsWithWhateverThereIsToRead(t *testing.T) {
	for name, happens := range map[string]func(connection *netstack.Conn, target net.Conn) error{
		"bytes": func(_ *netstack.Conn, target net.Conn) error {
			_, err := target.Write([]byte("x"))
			return err
		},
		"the end": func(_ *netstack.Conn, target net.Conn) error { return target.(*gonet.TCPConn).CloseWrite() },
		"the target's reset": func(_ *netstack.Conn, target net.Conn) error {
			far, err := netstack.New(target)
			if err == nil {
				far.Reset()
			}
			return err
		},
		"its own reset": func(connection *netstack.Conn, _ net.Conn) error {
			connection.Reset()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			connection, target, _ := connected(t)
			waited := make(chan error, 1)
			go func() { waited <- connection.Await() }()
			select {
			case <-waited:
				t.Fatal("nothing to read, and no wait")
			case <-time.After(50 * time.Millisecond): // it could end at any time, so there is no event to wait for
			}
			if err := happens(connection, target); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-waited:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(time.Minute):
				t.Error("the wait does not end")
			}
		})
	}
}

func TestOtherConnectionsAreRefused(t *testing.T) {
	one, other := net.Pipe()
	defer one.Close()
	defer other.Close()
	if _, err := netstack.New(one); err == nil {
		t.Error("no error")
	}
}

func TestResetArrivesAsAReset(t *testing.T) {
	connection, target, _ := connected(t)
	connection.Reset()
	if _, err := io.ReadAll(target); err == nil || !strings.Contains(err.Error(), "reset") {
		t.Errorf("the target sees %v", err)
	}
	if _, err := connection.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("its own side reads %v", err)
	}
}

func TestLivingTargetGivesASign(t *testing.T) {
	connection, _, _ := connected(t)
	before := connection.Received()
	if err := connection.Stimulate(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); connection.Received() == before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no sign of life")
		}
	}
	connection.Relax()
}

func TestLivingTargetWithDataOnTheWayGivesASign(t *testing.T) {
	connection, target, way := connected(t)
	way.cut.Store(true)
	if _, err := connection.Write([]byte("lost at first")); err != nil {
		t.Fatal(err)
	}
	before := connection.Received()
	if err := connection.Stimulate(); err != nil {
		t.Fatal(err)
	}
	way.cut.Store(false)
	if _, err := io.ReadFull(target, make([]byte, 13)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); connection.Received() == before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no sign of life")
		}
	}
}

func TestDeadTargetGivesNoneAndTheConnectionStays(t *testing.T) {
	connection, _, way := connected(t)
	way.cut.Store(true)
	before := connection.Received()
	if err := connection.Stimulate(); err != nil {
		t.Fatal(err)
	}
	// Longer than several probes; a sign could come at any time, so there is no event to wait for.
	time.Sleep(2 * time.Second)
	if connection.Received() != before {
		t.Error("a sign of life")
	}
	_ = connection.SetReadDeadline(time.Now())
	var timeout net.Error
	if _, err := connection.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("the network has ended the connection by itself: %v", err)
	}
}
