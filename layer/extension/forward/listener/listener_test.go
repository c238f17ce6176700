package listener_test

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/listener"
)

// free is a port that nobody has at this moment.
func free(t *testing.T) uint16 {
	t.Helper()
	probe, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer probe.Close()
	return probe.Addr().(*net.TCPAddr).AddrPort().Port()
}

func to(t *testing.T, listen string) forward.Forward {
	t.Helper()
	return forward.Forward{Listen: netip.MustParseAddrPort(listen), Target: forward.Target{Host: "db", Port: 5432}}
}

func TestEveryPortIsOpened(t *testing.T) {
	first, second := free(t), free(t)
	listeners, err := listener.Open([]forward.Forward{
		to(t, fmt.Sprintf("127.0.0.1:%d", first)), to(t, fmt.Sprintf("127.0.0.2:%d", second)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range listeners {
		if each.Addr().String() != each.Forward.Listen.String() {
			t.Errorf("%s for %s", each.Addr(), each.Forward.Listen)
		}
		client, err := net.Dial("tcp", each.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		client.Close()
	}
	listener.Close(listeners)
	if client, err := net.Dial("tcp", listeners[0].Forward.Listen.String()); err == nil {
		client.Close()
		t.Error("a closed port accepts connections")
	}
}

func TestOneTakenPortLeavesNothingOpen(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	first, last := free(t), free(t)
	_, err = listener.Open([]forward.Forward{
		to(t, fmt.Sprintf("127.0.0.1:%d", first)), to(t, taken.Addr().String()), to(t, fmt.Sprintf("127.0.0.1:%d", last)),
	})
	if err == nil || !strings.Contains(err.Error(), "TS_FORWARDS: ") || !strings.Contains(err.Error(), taken.Addr().String()) ||
		!strings.Contains(err.Error(), "is taken by another program") {
		t.Errorf("%v", err)
	}
	for _, port := range []uint16{first, last} {
		if client, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			client.Close()
			t.Errorf("%d is open", port)
		}
	}
}

func TestEachPortThatCannotBeOpenedIsNamed(t *testing.T) {
	_, err := listener.Open([]forward.Forward{to(t, "192.0.2.1:5432"), to(t, "[2001:db8::1]:5432")})
	if err == nil || strings.Count(err.Error(), "is none of this machine")+strings.Count(err.Error(), "cannot listen") != 2 {
		t.Errorf("%v", err)
	}
}

func TestPortBelow1024NeedsARight(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root has the right")
	}
	if _, err := listener.Open([]forward.Forward{to(t, "127.0.0.1:1")}); err == nil || !strings.Contains(err.Error(), "from 1024 on") {
		t.Errorf("%v", err)
	}
}
