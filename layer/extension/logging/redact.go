package logging

import (
	"regexp"
	"strings"
	"sync"
)

const redacted = "[redacted]"

// Keys of Tailscale and of headscale are recognised by their form, wherever they come from.
var keyForm = regexp.MustCompile(`\b(tskey|hskey)-[A-Za-z0-9_-]+`)

// Shorter values are too likely to be a part of ordinary words.
const shortestSecret = 6

// Redactor takes secrets out of text: those it was told of and those that look like one.
type Redactor struct {
	mu      sync.Mutex
	secrets map[string]struct{}
}

func NewRedactor() *Redactor { return &Redactor{secrets: map[string]struct{}{}} }

// Hide makes value, and each of its lines, unreadable from now on.
func (r *Redactor) Hide(value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, part := range append(strings.Split(value, "\n"), value) {
		if part = strings.TrimSpace(part); len(part) >= shortestSecret {
			r.secrets[part] = struct{}{}
		}
	}
}

// Redact returns text without the secrets.
func (r *Redactor) Redact(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return keyForm.ReplaceAllString(text, redacted)
}
