package hostdial_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/hostdial"
	"tailscale.com/net/tsdial"
)

// server is on the host's network; it tells of every connection.
func server(t *testing.T) (address string, dialled chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	dialled = make(chan struct{}, 10)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			dialled <- struct{}{}
			connection.Close()
		}
	}()
	return listener.Addr().String(), dialled
}

// userspace is a dialer as tailscaled makes it, with a tailnet in which only the named address has a route.
func userspace(routed string) (dialer *tsdial.Dialer, throughTailnet *[]string) {
	throughTailnet = &[]string{}
	netstack := func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
		*throughTailnet = append(*throughTailnet, to.String())
		near, far := net.Pipe()
		far.Close()
		return near, nil
	}
	return &tsdial.Dialer{
		UseNetstackForIP: func(ip netip.Addr) bool { return ip.String() == routed },
		NetstackDialTCP:  netstack,
		NetstackDialUDP:  netstack,
	}, throughTailnet
}

func dial(t *testing.T, dialer *tsdial.Dialer, network, address string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	connection, err := dialer.UserDial(ctx, network, address)
	if err == nil {
		connection.Close()
	}
	return err
}

func TestUnmodifiedDialerDialsHostNetwork(t *testing.T) {
	address, dialled := server(t)
	dialer, _ := userspace("100.64.0.9")
	if err := dial(t, dialer, "tcp", address); err != nil {
		t.Fatalf("tailscaled does not behave as this package believes: %v", err)
	}
	<-dialled
}

func TestUnroutedAddressIsRejected(t *testing.T) {
	address, dialled := server(t)
	dialer, throughTailnet := userspace("100.64.0.9")
	if err := hostdial.DenyHostDials(dialer); err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"tcp", "udp"} {
		err := dial(t, dialer, network, address)
		if err == nil || !strings.Contains(err.Error(), "no node of the tailnet routes 127.0.0.1") {
			t.Errorf("%s: %v", network, err)
		}
	}
	if len(dialled) != 0 || len(*throughTailnet) != 0 {
		t.Errorf("%d connections on the host, %v through the tailnet", len(dialled), *throughTailnet)
	}
}

func TestRoutedAddressIsDialledThroughTailnet(t *testing.T) {
	dialer, throughTailnet := userspace("192.0.2.7")
	if err := hostdial.DenyHostDials(dialer); err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"tcp", "udp"} {
		if err := dial(t, dialer, network, "192.0.2.7:443"); err != nil {
			t.Errorf("%s: %v", network, err)
		}
	}
	if got := strings.Join(*throughTailnet, " "); got != "192.0.2.7:443 192.0.2.7:443" {
		t.Errorf("dialled %q", got)
	}
}

func TestNonUserspaceDialerIsRejected(t *testing.T) {
	if err := hostdial.DenyHostDials(&tsdial.Dialer{}); err == nil {
		t.Error("no error")
	}
}
