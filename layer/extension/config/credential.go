package config

import "strings"

// means are the variables that say how the node joins; one of them is set.
func (c Credential) means() []string {
	var set []string
	for _, variable := range []struct{ name, value string }{
		{"TS_SECRET_API_KEY", c.SecretID}, {"TS_AUTH_KEY_FILE", c.KeyFile}, {"TS_CLIENT_ID", c.ClientID},
	} {
		if variable.value != "" {
			set = append(set, variable.name)
		}
	}
	return set
}

func (r *reader) checkCredential(c Config) {
	credential := c.Credential
	means := credential.means()
	switch {
	case len(means) == 0:
		r.fail("TS_SECRET_API_KEY is not set: give the name or ARN of the secret that holds the auth key, " +
			"or TS_CLIENT_ID to join with the function's own identity, or TS_AUTH_KEY_FILE with the path of a file that holds the key")
	case isKey(credential.SecretID):
		r.fail("TS_SECRET_API_KEY holds a key itself: store the key in Secrets Manager and give the secret's name or ARN; " +
			"revoke this key, it stands in the function's configuration")
	case isKey(credential.KeyFile):
		r.fail("TS_AUTH_KEY_FILE holds a key itself: put the key into a file and give its path; " +
			"revoke this key, it stands in the configuration")
	case isToken(credential.TokenFile):
		r.fail("TS_ID_TOKEN_FILE holds a token itself: put the token into a file and give its path")
	case len(means) > 1:
		r.fail(strings.Join(means, " and ") + " are set together: the node joins either with a stored secret, or with the key of " +
			"a file, or with an identity of its own; remove the others")
	case credential.Federated():
		r.checkFederated(c)
	case credential.TokenFile != "":
		r.fail("TS_ID_TOKEN_FILE has no effect without TS_CLIENT_ID: set it, or remove the file")
	}
}

func (r *reader) checkFederated(c Config) {
	switch credential := c.Credential; {
	case credential.TokenFile != "" && credential.Audience != "":
		r.fail("TS_AUDIENCE has no effect with TS_ID_TOKEN_FILE: the token in the file names its audience; remove one of them")
	case credential.TokenFile == "" && credential.Audience == "":
		r.fail("TS_AUDIENCE is not set: TS_CLIENT_ID needs the audience that the federated identity in Tailscale names, " +
			"or TS_ID_TOKEN_FILE with the path of a token")
	case c.Tags == "":
		r.fail("TS_ADVERTISE_TAGS is not set: a node that joins with TS_CLIENT_ID must have tags")
	}
}

func isKey(value string) bool {
	return strings.HasPrefix(value, "tskey-") || strings.HasPrefix(value, "hskey-")
}

// isToken tells a JSON Web Token from a path: its header is a JSON object in base64url.
func isToken(value string) bool {
	return strings.HasPrefix(value, "eyJ") && strings.Count(value, ".") == 2
}
