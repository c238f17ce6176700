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
		return d.explain(err)
	}
	// An existing folder keeps its mode, whoever made it.
	if err := os.Chmod(string(d), 0o700); err != nil {
		return d.explain(err)
	}
	d.RemoveKey()
	_ = os.Remove(d.Socket()) // a dead socket would look like a daemon that does not answer
	return nil
}

func (d Dir) Socket() string    { return filepath.Join(string(d), "tailscaled.sock") }
func (d Dir) StateFile() string { return filepath.Join(string(d), "state.json") }
func (d Dir) DaemonDir() string { return filepath.Join(string(d), "tailscaled") }
func (d Dir) keyFile() string   { return filepath.Join(string(d), "key") }
func (d Dir) bundle() string    { return filepath.Join(string(d), "ca-bundle.pem") }

// WriteKey puts the key into a new file that only this user can read, and returns its path.
func (d Dir) WriteKey(key string) (string, error) {
	d.RemoveKey()
	file, err := os.OpenFile(d.keyFile(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", d.explain(err)
	}
	_, err = file.WriteString(key)
	if err = errors.Join(err, file.Close()); err != nil {
		d.RemoveKey()
		return "", d.explain(err)
	}
	return d.keyFile(), nil
}

// RemoveKey takes the key file away, if there is one.
func (d Dir) RemoveKey() { _ = os.Remove(d.keyFile()) }

func (d Dir) explain(err error) error {
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

// Trust makes one bundle of the trusted roots and the PEM file extra. It returns the bundle's path, for SSL_CERT_FILE,
// and the same roots for this process.
func (d Dir) Trust(extra, configured string) (string, *x509.CertPool, error) {
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
		return "", nil, d.explain(err)
	}
	return d.bundle(), pool, nil
}
