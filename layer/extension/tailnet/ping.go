package tailnet

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"tailscale.com/tailcfg"
)

// Ping asks the peer at address for an answer through the tailnet, which proves that traffic gets there. Before that it
// makes sure that the peer has heard of this node: until then its WireGuard answers no handshake, and the next one is five
// seconds away.
func (a *LocalAPI) Ping(ctx context.Context, address netip.Addr) error {
	if err := a.awaitKnown(ctx, address); err != nil {
		return err
	}
	result, err := a.client.Ping(ctx, address, tailcfg.PingTSMP)
	if err != nil {
		return err
	}
	if result.Err != "" {
		return fmt.Errorf("%s", result.Err)
	}
	return nil
}

// The pauses between the pings of the disco protocol that are to show that a peer knows this node.
const (
	shortestRepeat = 50 * time.Millisecond
	longestRepeat  = 500 * time.Millisecond
)

// awaitKnown repeats pings of the disco protocol, which nothing holds up, until the answer to any of them comes.
func (a *LocalAPI) awaitKnown(ctx context.Context, address netip.Addr) error {
	pinging, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan struct{}, 1)
	pause := shortestRepeat
	for {
		go func() {
			if result, err := a.client.Ping(pinging, address, tailcfg.PingDisco); err == nil && result.Err == "" {
				select {
				case answers <- struct{}{}:
				default: // an earlier one was answered, too
				}
			}
		}()
		again := time.NewTimer(pause)
		select {
		case <-answers:
			again.Stop()
			return nil
		case <-again.C:
			pause = min(2*pause, longestRepeat)
		case <-ctx.Done():
			again.Stop()
			return errors.New("no answer, not even to pings outside of the tunnel")
		}
	}
}
