// Package rundir owns the one folder that the extension writes to.
package rundir

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"dev.tailnetproxy/layer/extension/problem"
)

// Dir is the folder, for this user's eyes only.
type Dir string

// Prepare makes the folder and takes away what an earlier process left in it.
func (d Dir) Prepare() error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return d.classify(err)
	}
	// An existing folder keeps its mode, whoever made it.
	if err := os.Chmod(string(d), 0o700); err != nil {
		return d.classify(err)
	}
	d.RemoveKeys()
	_ = os.Remove(d.Socket()) // a dead socket would look like a daemon that does not respond
	return nil
}

func (d Dir) Socket() string    { return filepath.Join(string(d), "tailscaled.sock") }
func (d Dir) StateFile() string { return filepath.Join(string(d), "state.json") }
func (d Dir) DaemonDir() string { return filepath.Join(string(d), "tailscaled") }
func (d Dir) bundle() string    { return filepath.Join(string(d), "ca-bundle.pem") }

// WriteKey puts the key into a new file that only this user can read, and returns its path. Every attempt has a file of
// its own: the end of one must not take away the key of the next.
func (d Dir) WriteKey(key string) (string, error) {
	file, err := os.CreateTemp(string(d), "key-*") // made with mode 0600
	if err != nil {
		return "", d.classify(err)
	}
	_, err = file.WriteString(key)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return "", d.classify(err)
	}
	return file.Name(), nil
}

// RemoveKeys takes away whatever key files there are.
func (d Dir) RemoveKeys() {
	files, _ := filepath.Glob(filepath.Join(string(d), "key-*"))
	for _, file := range files {
		_ = os.Remove(file)
	}
}

func (d Dir) classify(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &problem.Problem{Code: problem.DiskFull, Definite: true, Message: fmt.Sprintf(
			"%s has no space left; free it or give the function more ephemeral storage", filepath.Dir(string(d)))}
	}
	return &problem.Problem{Code: problem.JoinFailed, Message: fmt.Sprintf("%s cannot be written: %v", d, err)}
}

// Where the distributions keep the roots they trust.
var systemBundles = []string{
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/ssl/cert.pem",
}

// WriteCABundle makes one bundle of the trusted roots and the PEM file extra. It returns the bundle's path, for SSL_CERT_FILE,
// and the same roots for this process.
func (d Dir) WriteCABundle(extra, configured string) (string, *x509.CertPool, error) {
	added, err := os.ReadFile(extra)
	if err != nil {
		return "", nil, fmt.Errorf("TS_EXTRA_CA: the file %q cannot be read: %w", extra, err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(added) {
		return "", nil, fmt.Errorf("TS_EXTRA_CA: the file %q holds no PEM certificate", extra)
	}
	var bundle []byte
	for _, file := range append([]string{configured}, systemBundles...) {
		if file == "" || file == extra {
			continue
		}
		if roots, err := os.ReadFile(file); err == nil {
			bundle = append(roots, '\n')
			break
		}
	}
	bundle = append(bundle, added...)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	if err := os.WriteFile(d.bundle(), bundle, 0o600); err != nil {
		return "", nil, d.classify(err)
	}
	return d.bundle(), pool, nil
}
