package tailnet

import (
	"fmt"
	"regexp"
	"strings"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/problem"
)

// The words in which tailscaled, its command and the control servers (Tailscale's and headscale) say why.
var (
	untrusted   = regexp.MustCompile(`(?i)x509:|certificate (is not trusted|signed by unknown)|tls: failed to verify`)
	diskFull    = regexp.MustCompile(`(?i)no space left on device|disk quota exceeded`)
	keyRefused  = regexp.MustCompile(`(?i)(invalid|expired|not valid|unknown|used|revoked|not found|unauthorized)\b.{0,60}\b(auth|pre-?auth|pre auth|api|access|oauth)?[ -]?(key|token|secret)\b|\b(key|authkey|token|secret)\b.{0,60}\b(invalid|expired|not valid|not found|already used|been used|revoked|does not exist)|http 401|http 403|status(:| code)? 40[013]|requested tags .* (invalid|not permitted)|invalid_client|cannot fetch token: 40`)
	unreachable = regexp.MustCompile(`(?i)connection refused|no such host|i/o timeout|network is unreachable|no route to host|fetch control key|connection reset|deadline exceeded|server misbehaving|dial tcp|\bEOF\b|http 5\d\d|status(:| code)? 5\d\d`)
	wrongFlag   = regexp.MustCompile(`(?i)flag provided but not defined|invalid value .* for flag|invalid boolean value|flag needs an argument|^tag: |too many non-flag arguments|require --advertise-tags|invalid .*hostname|unknown (optional config )?attribute`)
	timedOut    = regexp.MustCompile(`(?i)timeout waiting for Tailscale service`)
	badExitNode = regexp.MustCompile(`(?i)exit.?node`)
)

// longestReason bounds what is quoted from elsewhere.
const longestReason = 300

// Explain turns words of tailscaled or of its command into a problem.
func Explain(text string, c config.Config) *problem.Problem {
	server := c.LoginServer
	if server == "" {
		server = "Tailscale's control server"
	}
	said := shorten(strings.TrimPrefix(strings.TrimSpace(text), "backend error: "))
	source := fmt.Sprintf("secret %q", c.Credential.SecretID)
	if c.Credential.Federated() {
		source = fmt.Sprintf("federated identity %q", c.Credential.ClientID)
	}
	switch {
	case diskFull.MatchString(text):
		return &problem.Problem{Code: problem.DiskFull, Definite: true, Message: fmt.Sprintf(
			"%s has no space left; free it or give the function more ephemeral storage", c.RunDir)}
	case wrongFlag.MatchString(text):
		return &problem.Problem{Code: problem.InvalidConfiguration, Definite: true, Message: fmt.Sprintf(
			"`tailscale up` refused its arguments (%s); check TS_EXTRA_ARGS, TS_ADVERTISE_TAGS and TS_HOSTNAME", said)}
	case untrusted.MatchString(text):
		return &problem.Problem{Code: problem.ControlUntrusted, Definite: true, Message: fmt.Sprintf(
			"%s shows a certificate that is not trusted (%s); put its CA into a PEM file and name that in TS_EXTRA_CA", server, said)}
	case unreachable.MatchString(text):
		return &problem.Problem{Code: problem.ControlUnreachable, Message: fmt.Sprintf(
			"%s cannot be reached (%s); check TS_LOGIN_SERVER and the function's way to it", server, said)}
	case keyRefused.MatchString(text):
		return &problem.Problem{Code: problem.KeyRejected, Definite: true, Message: fmt.Sprintf(
			"%s refused the key of %s (%s); store a valid key, it is read again at every attempt", server, source, said)}
	case timedOut.MatchString(text):
		return &problem.Problem{Code: problem.ControlUnreachable, Message: fmt.Sprintf(
			"%s did not let the node in within the time; check TS_LOGIN_SERVER and the function's way to it", server)}
	case badExitNode.MatchString(text):
		return &problem.Problem{Code: problem.ExitNodeDown, Message: fmt.Sprintf(
			"exit node %q cannot be used (%s); check TS_EXIT_NODE and that the node offers itself", c.ExitNode.Node, said)}
	default:
		return &problem.Problem{Code: problem.JoinFailed, Message: fmt.Sprintf("`tailscale up` failed: %s", said)}
	}
}

// removed matches what tailscaled logs when the control server no longer knows the node. It is the only place where it
// says so: the state stays Running, and the health warning is about lost contact in general and minutes late.
var removed = regexp.MustCompile(`initial fetch failed (401|403|404|410)\b`)

// SaysRemoved recognises the line of tailscaled's log that tells that the control server no longer knows the node.
func SaysRemoved(line string) bool { return removed.MatchString(line) }

func shorten(text string) string {
	if len(text) > longestReason {
		return text[:longestReason] + "…"
	}
	return text
}
