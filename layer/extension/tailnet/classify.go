package tailnet

import (
	"fmt"
	"regexp"
	"strings"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/problem"
)

// cause says what the words of tailscaled, of its command or of a control server mean.
type errorRule struct {
	code     problem.Code
	definite bool
	pattern  string // a regular expression without regard to case
	message  string // {server}, {source}, {said} and so on are filled in
}

const (
	rejectedKey = "{server} refused {source} ({said}); store a valid key, it is read again at every attempt"
	unreachable = "{server} cannot be reached ({said}); check TS_LOGIN_SERVER and the function's way to it"
	invalidFlag = "`tailscale up` refused its arguments ({said}); check TS_EXTRA_ARGS, TS_ADVERTISE_TAGS and TS_HOSTNAME"
)

// causes are tried from top to bottom. testdata/error_messages.tsv has the words that each is there for.
var errorRules = compile([]errorRule{
	{problem.DiskFull, true, `no space left on device|disk quota exceeded`,
		"{folder} has no space left; free it or give the function more ephemeral storage"},

	// Tags are checked by the command, by Tailscale's API and by the control server.
	{problem.InvalidConfiguration, true, `require --advertise-tags`,
		"TS_ADVERTISE_TAGS is not set, but {source} can make nodes with tags only; set it to tags that it may give"},
	{problem.KeyRejected, true, `requested tags\b|tags? .{0,60}(invalid or )?not permitted`,
		"{server} does not let {source} have the tags of TS_ADVERTISE_TAGS ({said}); allow them there, or change the variable"},

	{problem.InvalidConfiguration, true, `flag provided but not defined|flag needs an argument|too many non-flag arguments`, invalidFlag},
	{problem.InvalidConfiguration, true, `invalid (boolean )?value .{0,200} for (flag )?-|^tag: |invalid .{0,40}hostname`, invalidFlag},
	{problem.InvalidConfiguration, true, `unknown (optional config )?attribute|invalid attribute|failed to parse optional config attributes`,
		"the attributes after the ? of {source} cannot be right ({said}); ephemeral, preauthorized and baseURL are known"},

	{problem.ControlUntrusted, true, `x509:|certificate (is not trusted|signed by unknown)|tls: failed to verify`,
		"{server} shows a certificate that is not trusted ({said}); put its CA into a PEM file and name that in TS_EXTRA_CA"},

	// An error of the server or on the way to it says nothing about the key, whatever else stands in the line.
	{problem.ControlUnreachable, false, `connection refused|no such host|i/o timeout|network is unreachable|no route to host|connection reset`, unreachable},
	{problem.ControlUnreachable, false, `deadline exceeded|server misbehaving|dial tcp|fetch control key|\bEOF\b`, unreachable},
	{problem.ControlUnreachable, false, `(http|status:?|status code:?|token:) 5\d\d\b`, unreachable},
	{problem.ControlUnreachable, false, `rate limited|(http|status:?|token:) 429\b`,
		"{server} takes no more registrations for now ({said}); it is tried again"},

	// The API that makes a key of an OAuth client secret or of a federated identity.
	{problem.KeyRejected, true, `invalid_client|cannot fetch token: 40\d|token exchange failed with status 4\d\d`,
		"Tailscale refused {source} ({said}); check that it is there, not revoked, and has the scope auth_keys"},
	{problem.KeyRejected, true, `status: 40[0134]\b`,
		"Tailscale made no key for {source} ({said}); it needs the scope auth_keys and the tags of TS_ADVERTISE_TAGS"},

	// headscale.
	{problem.KeyRejected, true, `failed to parse auth-key|invalid (pre )?auth[ -]?key`, rejectedKey},
	{problem.KeyRejected, true, `auth-?key (not found|expired|already used|has already been used|tag is invalid|must be)`, rejectedKey},

	// Tailscale.
	{problem.KeyRejected, true, `invalid key:|(api|auth) key .{0,60}(does not exist|not found|not valid|expired|revoked|used)`, rejectedKey},
	{problem.KeyRejected, true, `http 40[13]\b`, rejectedKey},

	// Others, and words of tomorrow.
	{problem.KeyRejected, true, `\b(invalid|expired|unknown|revoked|unauthorized)\b.{0,60}\b(auth|pre-?auth|api|access)?[ -]?(key|token|secret)\b`, rejectedKey},
	{problem.KeyRejected, true, `\b(auth-?key|key|token|secret)\b.{0,60}\b(invalid|expired|not valid|not found|already used|been used|revoked)`, rejectedKey},

	{problem.ControlUnreachable, false, `timeout waiting for Tailscale service`,
		"{server} did not let the node in within the time; check TS_LOGIN_SERVER and the function's way to it"},
	{problem.ExitNodeDown, false, `exit.?node`,
		"exit node \"{exit node}\" cannot be used ({said}); check TS_EXIT_NODE and that the node offers itself"},
	{problem.JoinFailed, false, ``, "`tailscale up` failed: {said}"},
})

type compiledRule struct {
	errorRule
	expression *regexp.Regexp
}

func compile(errorRules []errorRule) []compiledRule {
	var compiled []compiledRule
	for _, c := range errorRules {
		compiled = append(compiled, compiledRule{c, regexp.MustCompile(`(?i)` + c.pattern)})
	}
	return compiled
}

// maxDetailLength bounds what is quoted from elsewhere.
const maxDetailLength = 300

// Classify turns words of tailscaled or of its command into a problem.
func Classify(text string, c config.Config) *problem.Problem {
	server := c.LoginServer
	if server == "" {
		server = "Tailscale's control server"
	}
	source := fmt.Sprintf("the key of secret %q", c.Credential.SecretID)
	if c.Credential.Federated() {
		source = fmt.Sprintf("federated identity %q", c.Credential.ClientID)
	}
	detail := strings.TrimPrefix(strings.TrimSpace(text), "backend error: ")
	fill := strings.NewReplacer("{server}", server, "{source}", source, "{said}", truncate(detail),
		"{folder}", c.RunDir, "{exit node}", c.ExitNode.Node)
	for _, errorRule := range errorRules {
		if errorRule.expression.MatchString(detail) {
			return &problem.Problem{Code: errorRule.code, Definite: errorRule.definite, Message: fill.Replace(errorRule.message)}
		}
	}
	panic("the last cause matches everything")
}

var upTimedOut = regexp.MustCompile(`timeout waiting for Tailscale service`)

// removed matches what tailscaled logs when the control server no longer knows the node. It is the only place where it
// says so: the state stays Running, and the health warning is about lost contact in general and minutes late.
var nodeRemoved = regexp.MustCompile(`initial fetch failed (401|403|404|410)\b`)

// ReportsNodeRemoved recognises the line of tailscaled's log that tells that the control server no longer knows the node.
func ReportsNodeRemoved(line string) bool { return nodeRemoved.MatchString(line) }

func truncate(text string) string {
	if len(text) > maxDetailLength {
		return text[:maxDetailLength] + "…"
	}
	return text
}
