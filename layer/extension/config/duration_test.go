package config

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// complete is an environment in which nothing is wrong.
var complete = map[string]string{
	"TS_SECRET_API_KEY": "tailscale/key", "AWS_REGION": "eu-west-1",
	"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "aws-secret-access-key",
}

// with loads the complete environment, changed: name, value, name, value.
func with(changes ...string) (Config, error) {
	environment := maps.Clone(complete)
	for i := 0; i < len(changes); i += 2 {
		environment[changes[i]] = changes[i+1]
	}
	return Load(func(name string) (string, bool) { value, ok := environment[name]; return value, ok })
}

func TestDurationsAreParsedLeniently(t *testing.T) {
	ping := func(c Config) time.Duration { return c.ExitNode.PingTimeout }
	join := func(c Config) time.Duration { return c.JoinTimeout }
	cases := []struct {
		variable, value string
		of              func(Config) time.Duration
		want            time.Duration
		noted           bool
	}{
		{"TS_EXIT_NODE_PING_TIMEOUT", "", ping, 5 * time.Second, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", " \t", ping, 5 * time.Second, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", "500ms", ping, 500 * time.Millisecond, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", "5s", ping, 5 * time.Second, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", "1m30s", ping, 90 * time.Second, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", "5 s", ping, 5 * time.Second, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", "500 MS", ping, 500 * time.Millisecond, false},
		{"TS_EXIT_NODE_PING_TIMEOUT", "2000", ping, 2 * time.Second, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", " 2000 ", ping, 2 * time.Second, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "100", ping, 100 * time.Millisecond, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "600000", ping, 10 * time.Minute, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "600001", ping, 10 * time.Minute, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "99999999999999999999999", ping, 10 * time.Minute, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "0", ping, 5 * time.Second, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "99", ping, 99 * time.Second, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "5", ping, 5 * time.Second, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "1.5", ping, 1500 * time.Millisecond, true},
		{"TS_EXIT_NODE_PING_TIMEOUT", "0.5", ping, 500 * time.Millisecond, true},
		{"TS_JOIN_TIMEOUT_MS", "", join, 9 * time.Second, false},
		{"TS_JOIN_TIMEOUT_MS", "0", join, 0, false},
		{"TS_JOIN_TIMEOUT_MS", "9000", join, 9 * time.Second, false},
		{"TS_JOIN_TIMEOUT_MS", "900000", join, 15 * time.Minute, false},
		{"TS_JOIN_TIMEOUT_MS", "9", join, 9 * time.Millisecond, true},
		{"TS_JOIN_TIMEOUT_MS", "9s", join, 9 * time.Second, false},
		{"TS_JOIN_TIMEOUT_MS", "9000ms", join, 9 * time.Second, false},
	}
	for _, c := range cases {
		t.Run(c.variable+"="+c.value, func(t *testing.T) {
			config, err := with(c.variable, c.value)
			if got := c.of(config); err != nil || got != c.want {
				t.Errorf("%v, %v, not %v", got, err, c.want)
			}
			noted := len(config.Notes) == 1 && strings.Contains(config.Notes[0], c.variable) && strings.Contains(config.Notes[0], c.want.String())
			if noted != c.noted || !c.noted && len(config.Notes) > 0 {
				t.Errorf("noted %q", config.Notes)
			}
		})
	}
}

func TestInvalidDurationsAreRejectedByName(t *testing.T) {
	for variable, values := range map[string][]string{
		"TS_EXIT_NODE_PING_TIMEOUT": {"-1", "0s", "-5s", "soon", "1.2.3", ".", "inf", "0x10", "1e3", "11m", "5s5", "2,000"},
		"TS_JOIN_TIMEOUT_MS":        {"-1", "soon", "900001", "16m", "99999999999999999999999", "NaN"},
	} {
		for _, value := range values {
			t.Run(variable+"="+value, func(t *testing.T) {
				if config, err := with(variable, value); err == nil || !strings.Contains(err.Error(), variable) {
					t.Errorf("%v, %v", config.ExitNode.PingTimeout, err)
				}
			})
		}
	}
}

func TestBooleansAreParsedLeniently(t *testing.T) {
	for value, want := range map[string]bool{
		"true": true, "TRUE": true, "1": true, "yes": true, "on": true, "t": true, "Y": true, "enabled": true, "": true, " ": true,
		"false": false, "False": false, "0": false, "no": false, "off": false, "f": false, "n": false, "Disabled": false,
	} {
		if config, err := with("TS_ACCEPT_DNS", value); err != nil || config.AcceptDNS != want {
			t.Errorf("%q: %v, %v", value, config.AcceptDNS, err)
		}
	}
}

func TestMissingAWSCredentialsAreReportedWithTheirCause(t *testing.T) {
	none := []string{"AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", ""}
	cases := map[string]struct{ changes, contains []string }{
		"nothing at all":             {none, []string{"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set", "role"}},
		"blank":                      {[]string{"AWS_ACCESS_KEY_ID", "  ", "AWS_SECRET_ACCESS_KEY", "\t"}, []string{"are not set"}},
		"only the id":                {[]string{"AWS_SECRET_ACCESS_KEY", ""}, []string{"AWS_SECRET_ACCESS_KEY is not set, but AWS_ACCESS_KEY_ID is"}},
		"only the key":               {[]string{"AWS_ACCESS_KEY_ID", " "}, []string{"AWS_ACCESS_KEY_ID is not set, but AWS_SECRET_ACCESS_KEY is"}},
		"only the token":             {append([]string{"AWS_SESSION_TOKEN", "x"}, none...), []string{"are not set"}},
		"SnapStart":                  {append([]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9001/2021-04-23/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "x"}, none...), []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "SnapStart"}},
		"ECS":                        {append([]string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x"}, none...), []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "ECS"}},
		"EKS":                        {append([]string{"AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token", "AWS_ROLE_ARN", "arn:aws:iam::1:role/r"}, none...), []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "EKS"}},
		"a profile":                  {append([]string{"AWS_PROFILE", "dev"}, none...), []string{"AWS_PROFILE"}},
		"federated identity as well": {append([]string{"TS_SECRET_API_KEY", "", "TS_CLIENT_ID", "c", "TS_AUDIENCE", "a", "TS_ADVERTISE_TAGS", "tag:x"}, none...), []string{"are not set"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := with(c.changes...)
			if err == nil {
				t.Fatal("nothing was found wrong")
			}
			for _, contains := range c.contains {
				if !strings.Contains(err.Error(), contains) {
					t.Errorf("%q is not in %v", contains, err)
				}
			}
			for _, misleading := range []string{"VPC", "NAT"} {
				if strings.Contains(err.Error(), misleading) {
					t.Errorf("speaks of %s: %v", misleading, err)
				}
			}
		})
	}
}
