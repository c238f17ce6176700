package tailnet

import (
	_ "embed"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/problem"
)

//go:embed testdata/error_messages.tsv
var errorMessages string

func TestErrorMessagesAreClassified(t *testing.T) {
	settings := config.Config{RunDir: "/tmp/tailscale", Credential: config.Credential{SecretID: "the/secret"}}
	for line := range strings.Lines(errorMessages) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 {
			t.Fatalf("a line with %d fields: %s", len(fields), line)
		}
		code, definite := strings.CutSuffix(fields[0], "!")
		t.Run(fields[1]+": "+fields[2], func(t *testing.T) {
			got := Classify(fields[2], settings)
			if got.Code != problem.Code(code) || got.Definite != definite {
				t.Errorf("understood as %s, definite %v", got.Code, got.Definite)
			}
			if strings.ContainsAny(got.Message, "{}") && !strings.ContainsAny(fields[2], "{}") {
				t.Errorf("not filled in: %s", got.Message)
			}
		})
	}
}

func TestLongMessagesAreTruncated(t *testing.T) {
	if got := Classify(strings.Repeat("x", 10_000), config.Config{}); len(got.Message) > 2*maxDetailLength {
		t.Errorf("a message of %d characters", len(got.Message))
	}
}

func TestFederatedIdentityIsNamedInsteadOfASecret(t *testing.T) {
	settings := config.Config{Credential: config.Credential{ClientID: "client-1"}}
	got := Classify("token exchange failed with status 401: no", settings)
	if !strings.Contains(got.Message, `federated identity "client-1"`) || strings.Contains(got.Message, "secret") {
		t.Error(got.Message)
	}
}
