// Package membership adds a question to tailscaled's LocalAPI: does the control server still know this node?
//
// Tailscale's own control server tells a node that it was removed. headscale does not: it leaves the node's long poll
// open, the state stays Running, and nothing works any more. The response to a map request does
// tell, so this sends one like tailscaled's own for changed endpoints, with the values that the control server has already.
package membership

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"tailscale.com/ipn/localapi"
	"tailscale.com/tailcfg"
)

// Endpoint is the name below /localapi/v0/.
const Endpoint = "lambda-membership"

// Response is the body of the endpoint's response.
type Response struct {
	Known bool `json:"known"`
}

// Register adds the endpoint to the daemon that this is compiled into.
func Register() { localapi.Register(Endpoint, serve) }

func serve(h *localapi.Handler, w http.ResponseWriter, r *http.Request) {
	backend := h.LocalBackend()
	netMap := backend.NetMap()
	if netMap == nil || !netMap.SelfNode.Valid() {
		http.Error(w, "this node is not in a tailnet yet", http.StatusPreconditionFailed)
		return
	}
	self := netMap.SelfNode.AsStruct()
	if !self.Hostinfo.Valid() {
		http.Error(w, "the control server has told nothing of this node", http.StatusPreconditionFailed)
		return
	}
	body, err := json.Marshal(&tailcfg.MapRequest{
		Version:   tailcfg.CurrentCapabilityVersion,
		KeepAlive: true,
		NodeKey:   self.Key,
		DiscoKey:  self.DiscoKey,
		Endpoints: self.Endpoints,
		Hostinfo:  self.Hostinfo.AsStruct(),
		OmitPeers: true, // with no stream this is an update that leaves the long poll alone
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "https://unused/machine/map", bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	response, err := backend.DoNoiseRequest(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		writeResponse(w, true)
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		writeResponse(w, false)
	default:
		http.Error(w, fmt.Sprintf("the control server responded %d", response.StatusCode), http.StatusBadGateway)
	}
}

func writeResponse(w http.ResponseWriter, known bool) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(Response{Known: known}) // a client that is gone needs no response
}
