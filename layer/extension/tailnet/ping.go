package tailnet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"

	"tailscale.com/client/tailscale/apitype"
	"tailscale.com/tailcfg"

	"dev.tailnetproxy/layer/extension/firstdial"
)

// Ping asks the peer at address for a reply through the tailnet, which proves that traffic gets there. Before that it
// makes sure that the peer has heard of this node: until then its WireGuard responds to no handshake, and the next one is five
// seconds away.
func (a *LocalAPI) Ping(ctx context.Context, address netip.Addr) error {
	if err := a.awaitFirstDial(ctx, address); err != nil {
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

// awaitFirstDial waits as a first dial does.
func (a *LocalAPI) awaitFirstDial(ctx context.Context, address netip.Addr) error {
	where := "http://" + apitype.LocalAPIHost + "/localapi/v0/" + firstdial.Endpoint + "?ip=" + url.QueryEscape(address.String())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, where, nil)
	if err != nil {
		return err
	}
	response, err := a.client.DoLocalRequest(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return errors.New("tailscaled responded with " + response.Status)
	}
	return nil
}
