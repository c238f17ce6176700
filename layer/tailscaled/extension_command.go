//go:build lambda_extension

// This file is added to tailscaled's own main package when the layer is built (see build). The Lambda extension then
// is a subcommand of tailscaled: one binary, one copy of the runtime and of TLS, a zip that stays small.
// The build tag keeps it out of `go build ./...`, where tailscaled's other files are not there.

package main

import (
	"dev.tailnetproxy/layer/extension"
	"dev.tailnetproxy/layer/extension/firstdial"
	"dev.tailnetproxy/layer/extension/forward/carrier"
	"dev.tailnetproxy/layer/extension/hostdial"
	"dev.tailnetproxy/layer/extension/membership"
)

func init() {
	run := extension.Main
	subCommands["lambda-extension"] = &run
	membership.Register()
	hostdial.Register()
	carrier.Register(firstdial.Register())
}
