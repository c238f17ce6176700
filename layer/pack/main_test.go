package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestArchiveIsReproducible(t *testing.T) {
	var zips [2][]byte
	for i := range zips {
		folder := t.TempDir()
		for _, name := range []string{"opt/extensions/tailscale", "opt/bin/tailscale", "tailscaled"} {
			file := filepath.Join(folder, name)
			check(t, os.MkdirAll(filepath.Dir(file), 0o755))
			check(t, os.WriteFile(file, []byte(name), os.FileMode(0o600+i*0o111)))
			at := time.Now().Add(time.Duration(i) * time.Hour)
			check(t, os.Chtimes(file, at, at))
		}
		out := filepath.Join(folder, "out.zip")
		check(t, pack(filepath.Join(folder, "opt"), filepath.Join(folder, "tailscaled"), out))
		content, err := os.ReadFile(out)
		check(t, err)
		zips[i] = content
	}
	if !bytes.Equal(zips[0], zips[1]) {
		t.Error("the zips differ")
	}
	archive, err := zip.NewReader(bytes.NewReader(zips[0]), int64(len(zips[0])))
	check(t, err)
	for i, want := range []string{"bin/tailscale", "bin/tailscaled", "extensions/tailscale"} {
		if entry := archive.File[i]; entry.Name != want || entry.Mode() != 0o755 {
			t.Errorf("entry %s %v", entry.Name, entry.Mode())
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
