package logging

import (
	"regexp"
	"strings"
	"sync"
)

const redacted = "[redacted]"

// Keys of Tailscale and of headscale are recognised by their form, wherever they come from and whatever stands before
// them.
var keyPattern = regexp.MustCompile(`(tskey|hskey)-[A-Za-z0-9_-]+`)

// minSecretLength keeps ordinary words in messages. What is used as a key has a form that is recognised, or is longer
// (package secret sees to that), and so are AWS's keys and tokens.
const minSecretLength = 20

// Redactor takes secrets out of text: those it was told of and those that look like one.
type Redactor struct {
	mu      sync.Mutex
	secrets map[string]struct{}
}

func NewRedactor() *Redactor { return &Redactor{secrets: map[string]struct{}{}} }

// AddSecret makes value unreadable from now on.
func (r *Redactor) AddSecret(value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(value) >= minSecretLength {
		r.secrets[value] = struct{}{}
	}
}

// Redact returns text without the secrets.
func (r *Redactor) Redact(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return keyPattern.ReplaceAllString(text, redacted)
}
