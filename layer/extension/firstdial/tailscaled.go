package firstdial

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"tailscale.com/ipn"
	"tailscale.com/ipn/ipnext"
	"tailscale.com/ipn/localapi"
	"tailscale.com/types/logger"
	"tailscale.com/wgengine"
)

const name = "lambda-first-dial"

// Endpoint is the name below /localapi/v0/ of a request that waits as a dial to ?ip= does.
const Endpoint = name

// Register puts a gate before the dials of the daemon that this is compiled into, and adds the endpoint. What it returns
// waits as a dial to the address does.
func Register() (wait func(context.Context, netip.Addr)) {
	var gate atomic.Pointer[Gate]
	wait = func(ctx context.Context, address netip.Addr) {
		if gate := gate.Load(); gate != nil {
			gate.wait(ctx, address)
		}
	}
	ipnext.RegisterExtension(name, func(logf logger.Logf, backend ipnext.SafeBackend) (ipnext.Extension, error) {
		finder, ok := backend.(peerFinder)
		if !ok {
			return nil, fmt.Errorf("%T does not tell which peer an address leads to", backend)
		}
		return &extension{logf: logf, backend: backend, finder: finder, gate: &gate, ended: make(chan struct{})}, nil
	})
	localapi.Register(Endpoint, func(_ *localapi.Handler, w http.ResponseWriter, r *http.Request) {
		address, err := netip.ParseAddr(r.FormValue("ip"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		wait(r.Context(), address)
		w.WriteHeader(http.StatusNoContent)
	})
	return wait
}

// peerFinder is what tailscaled's backend can do beyond its interface for extensions.
type peerFinder interface {
	PeerForIP(netip.Addr) (wgengine.PeerForIP, bool)
}

type extension struct {
	logf    logger.Logf
	backend ipnext.SafeBackend
	finder  peerFinder
	gate    *atomic.Pointer[Gate]
	end     sync.Once
	ended   chan struct{}
}

func (*extension) Name() string { return name }

// Init runs when the backend starts, which is before it asks for a tailnet; the dialer is complete then.
func (e *extension) Init(host ipnext.Host) error {
	system := e.backend.Sys()
	dialer := system.Dialer.Get()
	if dialer.NetstackDialTCP == nil || dialer.NetstackDialUDP == nil {
		return fmt.Errorf("tailscaled does not run in userspace: it does not dial by itself")
	}
	gate := New(&tailnet{finder: e.finder, host: host, connection: system.MagicSock.Get(), engine: system.Engine.Get()}, e.logf, time.Now)
	host.Hooks().BackendStateChange.Add(func(state ipn.State) { gate.Running(state == ipn.Running) })
	dialer.NetstackDialTCP = gate.Guard(dialer.NetstackDialTCP)
	dialer.NetstackDialUDP = gate.Guard(dialer.NetstackDialUDP)
	e.gate.Store(gate)
	go e.beat(gate)
	return nil
}

func (e *extension) Shutdown() error {
	e.end.Do(func() { close(e.ended) })
	return nil
}

func (e *extension) beat(gate *Gate) {
	beats := time.NewTicker(beat)
	defer beats.Stop()
	for {
		select {
		case <-beats.C:
			gate.CheckClock()
		case <-e.ended:
			return
		}
	}
}
