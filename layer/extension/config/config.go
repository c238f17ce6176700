// Package config reads the extension's environment variables. README.md of the layer has the table.
package config

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/logging"
)

// Config is complete and checked; nothing reads the environment after it.
type Config struct {
	Credential Credential
	AWS        AWS
	ExitNode   ExitNode

	Hostname     string
	Tags         string
	LoginServer  string
	AcceptRoutes bool
	AcceptDNS    bool
	TailnetOnly  bool
	ShieldsUp    bool
	ExtraArgs    []string

	ExtraCA     string
	SocksPort   int
	JoinTimeout time.Duration
	LogLevel    logging.Level
	Forwarding  Forwarding
	RunDir      string

	// Notes say what a value was taken for that can mean more than one thing; they are worth a line in the log.
	Notes []string
}

// Forwarding is what the ports that lead to targets in the tailnet need.
type Forwarding struct {
	Forwards       []forward.Forward
	MaxConnections int
	DrainTimeout   time.Duration // outside of Lambda, which gives less time
}

// Credential says where the means to join come from: a secret, a file with a key, or an identity of this process.
type Credential struct {
	SecretID  string
	KeyFile   string
	KeyField  string
	ClientID  string
	Audience  string
	TokenFile string
}

// Federated tells that no stored secret is used.
func (c Credential) Federated() bool { return c.ClientID != "" }

// FromAWS tells that a service of AWS gives the credential.
func (c Credential) FromAWS() bool { return c.KeyFile == "" && c.TokenFile == "" }

// ExitNode is the peer that traffic to the internet goes through, if there is one.
type ExitNode struct {
	Node        string
	Required    bool
	PingTimeout time.Duration
	PingRetries int
}

// Load reads and checks everything, and names every value that cannot be right.
func Load(lookup func(string) (string, bool)) (Config, error) {
	r := &reader{lookup: lookup}
	c := Config{
		Credential: Credential{
			SecretID:  r.text("TS_SECRET_API_KEY", ""),
			KeyFile:   r.text("TS_AUTH_KEY_FILE", ""),
			KeyField:  r.text("TS_SECRET_KEY_FIELD", ""),
			ClientID:  r.text("TS_CLIENT_ID", ""),
			Audience:  r.text("TS_AUDIENCE", ""),
			TokenFile: r.text("TS_ID_TOKEN_FILE", ""),
		},
		AWS: r.aws(),
		ExitNode: ExitNode{
			Node:        r.text("TS_EXIT_NODE", ""),
			Required:    r.boolean("TS_EXIT_NODE_REQUIRED", true),
			PingTimeout: r.duration("TS_EXIT_NODE_PING_TIMEOUT", 5*time.Second, 10*time.Minute),
			PingRetries: r.integer("TS_EXIT_NODE_PING_RETRIES", 3, 0, 100),
		},
		Hostname:     r.hostname(),
		Tags:         r.text("TS_ADVERTISE_TAGS", ""),
		LoginServer:  r.loginServer(),
		AcceptRoutes: r.boolean("TS_ACCEPT_ROUTES", true),
		AcceptDNS:    r.boolean("TS_ACCEPT_DNS", true),
		TailnetOnly:  r.boolean("TS_TAILNET_ONLY", false),
		ShieldsUp:    r.boolean("TS_SHIELDS_UP", true),
		ExtraArgs:    r.shellWords("TS_EXTRA_ARGS"),
		ExtraCA:      r.text("TS_EXTRA_CA", ""),
		SocksPort:    r.integer("TS_SOCKS_PORT", 1055, 1, 65535),
		JoinTimeout:  r.milliseconds("TS_JOIN_TIMEOUT_MS", 9*time.Second, 15*time.Minute),
		LogLevel:     r.level("TS_LOG_LEVEL"),
		RunDir:       r.text("TS_RUN_DIR", "/tmp/tailscale"),
	}
	c.Forwarding = Forwarding{
		Forwards:       r.forwards(c.SocksPort),
		MaxConnections: r.integer("TS_FORWARD_MAX_CONNECTIONS", 256, 1, 10000),
		DrainTimeout:   r.milliseconds("TS_FORWARD_DRAIN_TIMEOUT_MS", 20*time.Second, 15*time.Minute),
	}
	r.checkCredential(c)
	r.checkAWS(c)
	c.Notes = r.notes
	return c, r.err()
}

// Region is the region that the secret's ARN names, or "".
func (c Credential) Region() string {
	parts := strings.SplitN(c.SecretID, ":", 7)
	if len(parts) == 7 && parts[0] == "arn" && parts[2] == "secretsmanager" {
		return parts[3]
	}
	return ""
}

// maxHostnameLength is that of a DNS label (RFC 1035 section 2.3.4); the name of a function may be longer.
const maxHostnameLength = 63

// hostname falls back to the function's name, so that machines can be told apart in the admin console.
func (r *reader) hostname() string {
	name := r.text("TS_HOSTNAME", "")
	if name == "" {
		if function := hostnameFromFunctionName(r.text("AWS_LAMBDA_FUNCTION_NAME", "")); function != "" {
			return function
		}
		name, _ = os.Hostname()
		return name
	}
	if len(name) > maxHostnameLength || strings.Trim(name, letterDigitHyphen) != "" || strings.Trim(name, "-") != name {
		r.fail(fmt.Sprintf("TS_HOSTNAME is %q: a machine name has at most 63 letters, digits and hyphens, and no hyphen "+
			"at its ends", truncate(name)))
	}
	return name
}

// hostnameFromFunctionName makes a machine's name of a function's name, which also has underscores and may have up to 64 characters.
func hostnameFromFunctionName(function string) string {
	name := strings.ReplaceAll(function, "_", "-")
	return strings.Trim(name[:min(len(name), maxHostnameLength)], "-")
}

func (r *reader) loginServer() string {
	return r.httpURL("TS_LOGIN_SERVER", r.text("TS_LOGIN_SERVER", ""))
}

func (r *reader) httpURL(name, value string) string {
	if value == "" {
		return ""
	}
	address, err := url.Parse(value)
	if err != nil || (address.Scheme != "https" && address.Scheme != "http") || address.Host == "" {
		r.fail(fmt.Sprintf("%s is %q: it must be an address such as https://host.example", name, truncate(value)))
	}
	return strings.TrimSuffix(value, "/")
}
