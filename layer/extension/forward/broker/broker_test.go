package broker_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward/wire"
	"dev.tailnetproxy/layer/extension/statefile"
)

func TestConnectionWaitsForTheNode(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	client := s.dial()
	_, err := client.Write([]byte("early"))
	must(t, err)
	s.awaitStatus("the connection", func(f statefile.Forward) bool { return f.Open == 1 })
	s.startDaemon()
	if len(s.accepted) != 0 || s.broker.Status()[0].Dials != 0 {
		t.Error("dialled before the node has joined")
	}
	s.broker.SetInTailnet(true)
	server := await(t, "the connection to the target", s.accepted)
	early := make([]byte, 5)
	_, err = io.ReadFull(server, early)
	must(t, err)
	if string(early) != "early" {
		t.Errorf("%q", early)
	}
	client.Close()
	server.Close()
	s.awaitStatus("the end", func(f statefile.Forward) bool { return f.Open == 0 })
	if got := s.broker.Status()[0]; got.Dials != 1 || got.Failures != 0 || got.LastError != nil {
		t.Errorf("%+v", got)
	}
}

func TestConnectionIsResetWhenTheNodeDoesNotJoinInTime(t *testing.T) {
	s := start(t, "100.64.0.7", 0)
	client, err := net.Dial("tcp4", s.address)
	if err == nil {
		defer client.Close()
		_, err = client.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) { // of the first read, or of the connecting already
		t.Errorf("no reset: %v", err)
	}
	status := s.awaitStatus("the failure", func(f statefile.Forward) bool { return f.Failures == 1 && f.Open == 0 })
	if status.LastError == nil || status.LastError.Cause != "TailnetUnavailable" || status.Dials != 0 {
		t.Errorf("%+v", status)
	}
}

func TestConnectionDoesNotWaitForANodeThatCannotJoin(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	early := s.dial()
	s.awaitStatus("the connection", func(f statefile.Forward) bool { return f.Open == 1 })
	s.broker.SetDefiniteProblem("KeyRejected: no")
	wantReset(t, early)
	if later, err := net.Dial("tcp4", s.address); err == nil { // else it was reset before
		wantReset(t, later.(*net.TCPConn))
	} else if !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
	status := s.awaitStatus("the failures", func(f statefile.Forward) bool { return f.Failures == 2 && f.Open == 0 })
	if status.LastError.Cause != "TailnetUnavailable" || !strings.Contains(status.LastError.Message, "KeyRejected: no") || status.Dials != 0 {
		t.Errorf("%+v", status)
	}
	s.broker.SetDefiniteProblem("")
	waiting := s.dial()
	s.awaitStatus("the new connection", func(f statefile.Forward) bool { return f.Open == 1 })
	s.broker.SetInTailnet(true)
	server := await(t, "the connection to the target", s.accepted)
	_, err := server.Write([]byte("x"))
	must(t, err)
	_, err = io.ReadFull(waiting, make([]byte, 1))
	must(t, err)
}

func TestDefiniteProblemOfANodeInTheTailnetResetsNothing(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	s.broker.SetDefiniteProblem("ExitNodeDown: no")
	s.connect()
	s.broker.SetInTailnet(false)
	s.dial()
	s.awaitStatus("the connection that waits", func(f statefile.Forward) bool { return f.Open == 2 && f.Failures == 0 })
}

func TestTargetThatIsNotRoutedIsRefusedAtOnce(t *testing.T) {
	s := start(t, "10.0.0.5", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	wantReset(t, s.dial()) // after the repetitions of the settling time
	status := s.awaitStatus("the failure", func(f statefile.Forward) bool { return f.Failures == 1 })
	if status.LastError.Cause != "NoTailnetRoute" || len(s.accepted) != 0 {
		t.Errorf("%+v", status)
	}
}

func TestEndOfTailscaledResetsWhatItCarriesAndKeepsWhatWaits(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	end := s.startDaemon()
	s.broker.SetInTailnet(true)
	client, _ := s.connect()
	end()
	wantReset(t, client)
	s.awaitStatus("the end", func(f statefile.Forward) bool { return f.Open == 0 })
	waiting := s.dial()
	s.awaitStatus("the new connection", func(f statefile.Forward) bool { return f.Open == 1 })
	s.broker.SetInTailnet(false)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	server := await(t, "the connection to the target", s.accepted)
	_, err := server.Write([]byte("x"))
	must(t, err)
	_, err = io.ReadFull(waiting, make([]byte, 1))
	must(t, err)
}

func TestFreezeResetsWhatGivesNoSignOfLife(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	client, server := s.connect()
	now := time.Now()
	s.beats <- now
	s.beats <- now.Add(time.Minute)
	wantReset(t, client)
	wantReset(t, server)
	status := s.awaitStatus("the end", func(f statefile.Forward) bool { return f.Open == 0 })
	if status.LastError == nil || status.LastError.Cause != "NotAlive" {
		t.Errorf("%+v", status)
	}
	s.connect() // the next one is well
}

func TestRejoiningResetsWhatGivesNoSignOfLife(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	client, _ := s.connect()
	s.broker.SetInTailnet(false)
	s.broker.SetInTailnet(true)
	wantReset(t, client)
}

func TestTwoHundredConnectionsAtOnce(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	go func() {
		for server := range s.accepted {
			go func() {
				_, _ = io.Copy(server, server)
				server.Close()
			}()
		}
	}()
	var clients sync.WaitGroup
	for number := range 200 {
		clients.Go(func() {
			client, err := net.Dial("tcp4", s.address)
			if err != nil {
				t.Error(err)
				return
			}
			defer client.Close()
			sent := fmt.Sprintf("%0*d", 10000, number)
			_, _ = io.WriteString(client, sent)
			_ = client.(*net.TCPConn).CloseWrite()
			if got, err := io.ReadAll(client); err != nil || string(got) != sent {
				t.Errorf("connection %d: %d bytes, %v", number, len(got), err)
			}
		})
	}
	clients.Wait()
	s.awaitStatus("the end of all", func(f statefile.Forward) bool { return f.Open == 0 && f.Dials == 200 && f.Failures == 0 })
}

func TestDrainLetsConnectionsEndAndRefusesNewOnes(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	client, server := s.connect()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.broker.Drain(time.Hour)
	}()
	go func() { // connections that come before the ports are closed
		for another := range s.accepted {
			another.Close()
		}
	}()
	for { // the ports close a moment later
		another, err := net.Dial("tcp4", s.address)
		if errors.Is(err, syscall.ECONNREFUSED) {
			break
		}
		if err == nil {
			another.Close()
		}
	}
	_, err := client.Write([]byte("last"))
	must(t, err)
	must(t, client.Close())
	last, err := io.ReadAll(server)
	must(t, err)
	if string(last) != "last" {
		t.Errorf("%q", last)
	}
	server.Close()
	await(t, "the end of the drain", ended)
}

func TestDrainResetsWhatDoesNotEnd(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.startDaemon()
	s.broker.SetInTailnet(true)
	client, server := s.connect()
	s.broker.SetInTailnet(false)
	waiting := s.dial()
	s.awaitStatus("the connection that waits", func(f statefile.Forward) bool { return f.Open == 2 })
	s.broker.Drain(10 * time.Millisecond)
	wantReset(t, client)
	wantReset(t, server)
	wantReset(t, waiting)
}

func TestChannelOfABrokerThatHasEndedIsClosed(t *testing.T) {
	s := start(t, "100.64.0.7", time.Hour)
	s.broker.Drain(0)
	file, err := s.broker.OpenChannel()
	must(t, err)
	channel, err := wire.Open(file)
	must(t, err)
	defer channel.Close()
	var order wire.Order
	if _, err := channel.Receive(&order); !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
	s.broker.SetInTailnet(true) // is dropped
}
