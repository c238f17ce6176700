// Package listener opens the ports of forwards: all of them, or none.
package listener

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"dev.tailnetproxy/layer/extension/forward"
)

// Listener is an open port, and the forward that it belongs to.
type Listener struct {
	Forward forward.Forward
	*net.TCPListener
}

// Open opens every port. If one cannot be opened, those that could are closed again, and the error has one sentence for
// each that could not.
func Open(forwards []forward.Forward) ([]Listener, error) {
	var listeners []Listener
	var mistakes []string
	for _, each := range forwards {
		listener, err := open(each.Listen)
		if err != nil {
			mistakes = append(mistakes, reason(each, err))
			continue
		}
		listeners = append(listeners, Listener{each, listener})
	}
	if len(mistakes) > 0 {
		Close(listeners)
		return nil, errors.New("TS_FORWARDS: " + strings.Join(mistakes, "; "))
	}
	return listeners, nil
}

// Close closes the ports; connections to them are refused from then on.
func Close(listeners []Listener) {
	for _, each := range listeners {
		_ = each.TCPListener.Close() // nothing can be done about it
	}
}

func open(address netip.AddrPort) (*net.TCPListener, error) {
	// An IPv4 address must not become one of both families, nor the other way round.
	network := "tcp4"
	if address.Addr().Is6() {
		network = "tcp"
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), network, address.String())
	if err != nil {
		return nil, err
	}
	return listener.(*net.TCPListener), nil
}

func reason(each forward.Forward, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("the port of %q is taken by another program: choose another port", each)
	case errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM):
		return fmt.Sprintf("the port of %q needs a right that this process does not have: choose a port from 1024 on", each)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Sprintf("the address of %q is none of this machine: leave it out for 127.0.0.1", each)
	default:
		return fmt.Sprintf("%q cannot listen: %v", each, err)
	}
}
