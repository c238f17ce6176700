package tailnet

import (
	"slices"
	"testing"
)

func TestOwnProxyIsRecognisedInEverySpelling(t *testing.T) {
	for address, want := range map[string]bool{
		"http://localhost:1055":         true,
		"localhost:1055":                true,
		"socks5://127.0.0.1:1055":       true,
		"socks5h://[::1]:1055/":         true,
		"http://user:pw@127.1.2.3:1055": true,
		"http://localhost:3128":         false,
		"http://proxy.example:1055":     false,
		"":                              false,
		"%zz":                           false,
	} {
		if got := IsOwnProxy(address, 1055); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

func TestCABundleReplacesSSLCertFile(t *testing.T) {
	got := ChildEnvironment([]string{"A=1", "TS_LAMBDA_FORWARDS=7", "SSL_CERT_FILE=/old", "AWS_SESSION_TOKEN=x", "ALL_PROXY=localhost:1055"}, 1055, "/new")
	if want := []string{"A=1", "SSL_CERT_FILE=/new"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestNodeRemovalIsDetectedInLog(t *testing.T) {
	for line, want := range map[string]bool{
		"control: lite map update error after 1ms: initial fetch failed 404: node not found": true,
		"Received error: PollNetMap: initial fetch failed 401: ":                             true,
		"Received error: PollNetMap: initial fetch failed 502: bad gateway":                  false,
		"control: lite map update error after 1ms: context canceled":                         false,
	} {
		if got := ReportsNodeRemoved(line); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
