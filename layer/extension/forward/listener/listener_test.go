package listener_test

import (
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/listener"
)

// The ports of 127.0.0.1 come and go with other programs' connections; these addresses have none.
const first, second = "127.17.0.1:5432", "127.17.0.2:5432"

func to(t *testing.T, listen string) forward.Forward {
	t.Helper()
	return forward.Forward{Listen: netip.MustParseAddrPort(listen), Target: forward.Target{Host: "db", Port: 5432}}
}

func TestEveryPortIsOpened(t *testing.T) {
	listeners, err := listener.Open([]forward.Forward{to(t, first), to(t, second)})
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
	_, err = listener.Open([]forward.Forward{to(t, first), to(t, taken.Addr().String()), to(t, second)})
	if err == nil || !strings.Contains(err.Error(), "TS_FORWARDS: ") || !strings.Contains(err.Error(), taken.Addr().String()) ||
		!strings.Contains(err.Error(), "is taken by another program") {
		t.Errorf("%v", err)
	}
	for _, address := range []string{first, second} {
		if client, err := net.Dial("tcp", address); err == nil {
			client.Close()
			t.Errorf("%s is open", address)
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
