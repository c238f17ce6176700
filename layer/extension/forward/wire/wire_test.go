package wire_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

func pair(t *testing.T) (extension, tailscaled *wire.Channel) {
	t.Helper()
	extension, file, err := wire.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	tailscaled, err = wire.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { extension.Close(); tailscaled.Close() })
	return extension, tailscaled
}

// accepted is a client and the connection that was accepted from it.
func accepted(t *testing.T) (client, server *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	dialled, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); connection.Close() })
	return dialled.(*net.TCPConn), connection.(*net.TCPConn)
}

func TestConnectionArrivesWithItsOrder(t *testing.T) {
	extension, tailscaled := pair(t)
	client, server := accepted(t)
	sent := wire.Order{Kind: wire.Dial, ID: 7, Target: forward.Target{Host: "db", Port: 5432}}
	if err := extension.Send(sent, server); err != nil {
		t.Fatal(err)
	}
	server.Close() // the copy that was sent stays open
	var received wire.Order
	copied, err := tailscaled.Receive(&received)
	if err != nil || received != sent {
		t.Fatalf("%+v, %v", received, err)
	}
	if _, err := copied.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	copied.Close()
	if content, err := io.ReadAll(client); err != nil || string(content) != "x" {
		t.Errorf("%q, %v", content, err)
	}
}

func TestMessagesKeepTheirLimitsAndOrder(t *testing.T) {
	extension, tailscaled := pair(t)
	for id := range uint64(50) {
		if err := tailscaled.Send(wire.Report{Kind: wire.Failed, ID: id, Cause: wire.Timeout, Reason: strings.Repeat("r", 500)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	for id := range uint64(50) {
		var report wire.Report
		connection, err := extension.Receive(&report)
		if err != nil || connection != nil || report.ID != id || len(report.Reason) != 500 {
			t.Fatalf("%d: %+v, %v", id, report, err)
		}
	}
}

func TestEndOfTheOtherProcessIsSeen(t *testing.T) {
	extension, tailscaled := pair(t)
	tailscaled.Close()
	var report wire.Report
	if _, err := extension.Receive(&report); !errors.Is(err, io.EOF) {
		t.Errorf("%v", err)
	}
	if err := extension.Send(wire.Order{Kind: wire.Probe}, nil); err == nil {
		t.Error("a message to nobody was sent")
	}
}

func TestMessageThatIsTooLongIsNotSent(t *testing.T) {
	extension, _ := pair(t)
	if err := extension.Send(wire.Report{Reason: strings.Repeat("r", 5000)}, nil); err == nil {
		t.Error("it was sent")
	}
}

func TestProcessThatDoesNotReadFailsTheSending(t *testing.T) {
	extension, _ := pair(t)
	for range 100000 {
		if err := extension.Send(wire.Order{Kind: wire.Probe}, nil); err != nil {
			return
		}
	}
	t.Error("a hundred thousand unread messages were accepted")
}
