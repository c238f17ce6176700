package tailnet

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"dev.tailnetproxy/layer/extension/forward/wire"
)

// What signs AWS calls is nobody's business but the extension's.
var credentialVariables = map[string]bool{
	"AWS_ACCESS_KEY_ID":                 true,
	"AWS_SECRET_ACCESS_KEY":             true,
	"AWS_SESSION_TOKEN":                 true,
	"AWS_SECURITY_TOKEN":                true,
	"AWS_CONTAINER_AUTHORIZATION_TOKEN": true,
}

// ChildEnvironment is the environment of tailscaled and of its command: this process's own (tailscaled recognises
// Lambda by the AWS_LAMBDA_* variables and must keep them) without credentials, and without a proxy setting that
// points to the very proxy that tailscaled is about to open.
func ChildEnvironment(environment []string, socksPort int, caBundle string) []string {
	var kept []string
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case credentialVariables[name]:
		case name == wire.Variable: // is the extension's to set
		case caBundle != "" && name == "SSL_CERT_FILE":
		case isProxySetting(name) && IsOwnProxy(value, socksPort):
		default:
			kept = append(kept, entry)
		}
	}
	if caBundle != "" {
		kept = append(kept, "SSL_CERT_FILE="+caBundle)
	}
	return kept
}

func isProxySetting(name string) bool {
	switch strings.ToLower(name) {
	case "http_proxy", "https_proxy", "all_proxy":
		return true
	}
	return false
}

// IsOwnProxy tells whether a proxy's address is that of the node itself.
func IsOwnProxy(address string, socksPort int) bool {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Port() != strconv.Itoa(socksPort) {
		return false
	}
	ip := net.ParseIP(parsed.Hostname())
	return parsed.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}
