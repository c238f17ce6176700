package secret

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"dev.tailnetproxy/layer/extension/problem"
)

// Keys of Tailscale have less than a hundred characters; an OAuth client secret may carry attributes.
const maxKeyLength = 2048

const oauthPrefix = "tskey-client-"

// stored is where a value is kept: what messages call it, its own name, and the JSON field with the key, if any.
type stored struct{ description, name, field string }

// key takes the key out of the value: the value itself, or the JSON field that is configured.
func (s stored) key(value string) (string, error) {
	key := strings.TrimSpace(value)
	if field := s.field; field != "" {
		var fields map[string]any
		if err := json.Unmarshal([]byte(value), &fields); err != nil {
			return "", s.invalid(fmt.Sprintf("is not a JSON object, but TS_SECRET_KEY_FIELD asks for its field %q; store JSON or remove the variable", field))
		}
		text, ok := fields[field].(string)
		if !ok {
			return "", s.invalid(fmt.Sprintf("has no text field %q; check TS_SECRET_KEY_FIELD", field))
		}
		key = strings.TrimSpace(text)
	} else if strings.HasPrefix(key, "{") {
		return "", s.invalid("looks like JSON; name the field that holds the key in TS_SECRET_KEY_FIELD")
	}
	switch {
	case key == "":
		return "", s.invalid("is empty; store the key as its value")
	case len(key) > maxKeyLength:
		return "", s.invalid(fmt.Sprintf("has %d characters, which is no auth key; store the key alone", len(key)))
	case strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "", s.invalid("holds white space or control characters inside the key; store the key alone")
	}
	if strings.HasPrefix(key, oauthPrefix) {
		return s.withOAuthDefaults(key)
	}
	if strings.Contains(s.name, key) {
		return "", s.invalid("holds a part of its own name in place of a key; store the key")
	}
	if !isKey(key) {
		return "", s.invalid("is no auth key: Tailscale's begin with tskey-, headscale's with hskey-, and others have at least " +
			"32 letters and digits; store the key alone")
	}
	return key, nil
}

// prefixedKey is what Tailscale and headscale make; the redactor knows it by its form wherever it turns up.
var prefixedKey = regexp.MustCompile(`^(tskey|hskey)-[A-Za-z0-9_-]+$`)

// opaqueKey is what older headscales and other control servers make. It is long enough to be hidden by its text without
// taking words out of messages.
var opaqueKey = regexp.MustCompile(`^[A-Za-z0-9_-]{32,}$`)

// isKey tells a key from a placeholder or another text, which has no business at the control server, and which the
// redactor could not hide without hiding ordinary words.
func isKey(text string) bool {
	if prefixedKey.MatchString(text) {
		return true
	}
	if !opaqueKey.MatchString(text) {
		return false
	}
	// Chance leaves no key of this length without digits and in one case; names are often so.
	return strings.ContainsAny(text, "0123456789") || strings.ToLower(text) != text && strings.ToUpper(text) != text
}

// withOAuthDefaults lets an OAuth client secret make keys for machines that come and go by themselves, unless its own
// attributes say otherwise.
func (s stored) withOAuthDefaults(key string) (string, error) {
	key, attributes, _ := strings.Cut(key, "?")
	if !prefixedKey.MatchString(key) {
		return "", s.invalid("is no OAuth client secret, although it begins like one; store the client secret alone")
	}
	values, err := url.ParseQuery(attributes)
	if err != nil {
		return "", s.invalid("is an OAuth client secret with attributes that cannot be read; see Tailscale's description of ?ephemeral=…&preauthorized=…")
	}
	for _, name := range []string{"ephemeral", "preauthorized"} {
		if !values.Has(name) {
			values.Set(name, "true")
		}
	}
	return key + "?" + values.Encode(), nil
}

func (s stored) invalid(what string) error {
	return definite(problem.SecretInvalid, "%s %s", s.description, what)
}
