package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"dev.tailnetproxy/layer/extension/problem"
)

// maxFileLength is beyond any key and token; a file that has more was named by mistake.
const maxFileLength = 64 << 10

// KeyFile is a file with the key, such as a mounted Secret of Kubernetes. Its content may be replaced at any time.
type KeyFile struct {
	Path  string
	Field string
}

// Key reads the file anew and takes the key out of it.
func (f *KeyFile) Key(context.Context) (string, error) {
	content, err := readFile(f.Path, "TS_AUTH_KEY_FILE")
	if err != nil {
		return "", err
	}
	return stored{description: describe(f.Path), name: f.Path, field: f.Field}.key(content)
}

// TokenFile is a file with an identity token, such as a projected service account token of Kubernetes, which replaces
// it before it expires.
type TokenFile struct{ Path string }

// A JSON Web Token in its compact form (RFC 7515 section 7.1). The control server verifies it.
var compactToken = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// Token reads the file anew.
func (f *TokenFile) Token(context.Context) (string, error) {
	content, err := readFile(f.Path, "TS_ID_TOKEN_FILE")
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(content)
	if !compactToken.MatchString(token) {
		return "", definite(problem.SecretInvalid, "%s is no identity token: it must be a JSON Web Token alone", describe(f.Path))
	}
	return token, nil
}

func describe(path string) string { return fmt.Sprintf("file %q", path) }

func readFile(path, variable string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", unreadable(path, variable, err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, maxFileLength+1))
	if err != nil {
		return "", unreadable(path, variable, err)
	}
	if len(content) > maxFileLength {
		return "", definite(problem.SecretInvalid, "%s has more than %d bytes; check %s", describe(path), maxFileLength, variable)
	}
	return string(content), nil
}

func unreadable(path, variable string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return definite(problem.SecretUnavailable, "%s cannot be read (%v); check %s and what is mounted there", describe(path), err, variable)
}
