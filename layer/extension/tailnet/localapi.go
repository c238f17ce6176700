package tailnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"tailscale.com/client/local"
	"tailscale.com/client/tailscale/apitype"
	"tailscale.com/health"
	"tailscale.com/ipn"
	"tailscale.com/ipn/ipnstate"
	"tailscale.com/net/tsaddr"
	"tailscale.com/tailcfg"
	"tailscale.com/tsconst"
	"tailscale.com/types/opt"

	"dev.tailnetproxy/layer/extension/membership"
)

// LocalAPI is tailscaled's own API on its socket.
type LocalAPI struct {
	client *local.Client
	// WatchPeers makes Watch tell about other nodes too, which are many in a large tailnet.
	WatchPeers bool
}

func NewLocalAPI(socket string) *LocalAPI {
	// The client's own way to the socket sleeps for 250 ms when tailscaled has not opened it yet.
	var dialer net.Dialer
	return &LocalAPI{client: &local.Client{
		OmitAuth: true,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		},
	}}
}

// Notification is what the bus tells, as far as the extension is concerned.
type Notification struct {
	State        ipn.State // NoState when nothing was said about it
	Error        string    // a refusal by the control server
	LoginError   string    // why the last attempt to log in failed, while tailscaled goes on trying
	Connected    bool      // the first notification of a connection: earlier events are unknown
	Peers        []Peer    // other nodes that came or changed; only with WatchPeers
	PeersRemoved bool      // other nodes went away; only with WatchPeers
}

func (n Notification) empty() bool {
	return n.State == ipn.NoState && n.Error == "" && n.LoginError == "" && !n.Connected && len(n.Peers) == 0 && !n.PeersRemoved
}

// Peer is another node, as far as it matters for an exit node.
type Peer struct {
	Addresses []netip.Addr
	ExitNode  bool // it offers itself as an exit node, and the control server does not say that it is offline
}

// The pauses between attempts to reach a socket that tailscaled has not opened yet.
const (
	minConnectInterval = time.Millisecond
	maxBackoff         = 20 * time.Millisecond
)

// Watch connects as soon as tailscaled responds and calls handle with every notification, the present state first. It
// returns when the connection ends or done is closed.
func (a *LocalAPI) Watch(ctx context.Context, done <-chan struct{}, handle func(Notification)) error {
	pause := minConnectInterval
	mask := ipn.NotifyInitialState | ipn.NotifyInitialHealthState
	if a.WatchPeers {
		mask |= ipn.NotifyPeerChanges
	}
	for {
		watcher, err := a.client.WatchIPNBus(ctx, mask)
		if err == nil {
			defer watcher.Close()
			return forward(watcher, handle)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-done:
			timer.Stop()
			return errors.New("tailscaled is gone")
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		pause = min(2*pause, maxBackoff)
	}
}

func forward(watcher *local.IPNBusWatcher, handle func(Notification)) error {
	for {
		notice, err := watcher.Next()
		if err != nil {
			return err
		}
		notification := Notification{Connected: notice.SessionID != "", PeersRemoved: len(notice.PeersRemoved) > 0}
		for _, node := range notice.PeersChanged {
			notification.Peers = append(notification.Peers, peerFromNode(node))
		}
		if notice.State != nil {
			notification.State = *notice.State
		}
		if notice.ErrMessage != nil {
			notification.Error = *notice.ErrMessage
		}
		if notice.Health != nil {
			if warning, ok := notice.Health.Warnings[health.WarnableCode(tsconst.HealthWarnableLoginState)]; ok {
				notification.LoginError = warning.Args[health.ArgError]
			}
		}
		if !notification.empty() {
			handle(notification)
		}
	}
}

func peerFromNode(node *tailcfg.Node) Peer {
	view := node.View()
	peer := Peer{ExitNode: tsaddr.ContainsExitRoutes(view.AllowedIPs())}
	for _, prefix := range node.Addresses {
		peer.Addresses = append(peer.Addresses, prefix.Addr())
	}
	if online, known := view.Online().GetOk(); known && !online {
		peer.ExitNode = false
	}
	return peer
}

// State asks for the state of this moment.
func (a *LocalAPI) State(ctx context.Context) (ipn.State, error) {
	status, err := a.client.StatusWithoutPeers(ctx)
	if err != nil {
		return ipn.NoState, err
	}
	state, _ := ipn.StateFromString(status.BackendState)
	return state, nil
}

// Known asks whether the control server still knows the node.
func (a *LocalAPI) Known(ctx context.Context) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+apitype.LocalAPIHost+"/localapi/v0/"+membership.Endpoint, nil)
	if err != nil {
		return false, err
	}
	response, err := a.client.DoLocalRequest(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, maxDetailLength))
		return false, fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(text)))
	}
	var status membership.Response
	err = json.NewDecoder(response.Body).Decode(&status)
	return status.Known, err
}

// DisableSync keeps tailscaled from registering again by itself, with a key that was refused perhaps. The next
// `tailscale up` makes it go on.
func (a *LocalAPI) DisableSync(ctx context.Context) error {
	// WantRunning=false would not do it: it ends a connection that exists, not the attempts to make the first one.
	_, err := a.client.EditPrefs(ctx, &ipn.MaskedPrefs{Prefs: ipn.Prefs{Sync: opt.False}, SyncSet: true})
	return err
}

// Logout gives up the node's place in the tailnet.
func (a *LocalAPI) Logout(ctx context.Context) error { return a.client.Logout(ctx) }

// UseExitNode makes node (a name or an address) the exit node, unless it is already, and returns its address.
func (a *LocalAPI) UseExitNode(ctx context.Context, node string) (netip.Addr, error) {
	status, err := a.client.Status(ctx)
	if err != nil {
		return netip.Addr{}, err
	}
	preferences := ipn.NewPrefs()
	change := &ipn.MaskedPrefs{ExitNodeIDSet: true, ExitNodeIPSet: true, AutoExitNodeSet: true}
	if expression, automatic := ipn.ParseAutoExitNodeString(node); automatic {
		preferences.AutoExitNode = expression
	} else if err := preferences.SetExitNodeIP(node, status); err != nil {
		return netip.Addr{}, err
	}
	change.Prefs = *preferences
	if _, err := a.client.EditPrefs(ctx, change); err != nil {
		return netip.Addr{}, err
	}
	if preferences.ExitNodeIP.IsValid() {
		return preferences.ExitNodeIP, nil
	}
	// Chosen by tailscaled or named by its id: the status has its addresses.
	if status, err = a.client.Status(ctx); err != nil {
		return netip.Addr{}, err
	}
	return exitNodeAddress(status)
}

func exitNodeAddress(status *ipnstate.Status) (netip.Addr, error) {
	if status.ExitNodeStatus != nil {
		for _, prefix := range status.ExitNodeStatus.TailscaleIPs {
			return prefix.Addr(), nil
		}
	}
	return netip.Addr{}, errors.New("no peer offers itself as an exit node")
}
