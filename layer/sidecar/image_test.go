package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// archiveOf makes an archive for two architectures of this test's own binary, which has a list of modules.
func archiveOf(t *testing.T, architectures ...string) []byte {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	folder := t.TempDir()
	roots := filepath.Join(folder, "roots.pem")
	check(t, os.WriteFile(roots, []byte("the roots"), 0o600))
	var binaries []string
	for _, architecture := range architectures {
		binaries = append(binaries, architecture+"="+self)
	}
	out := filepath.Join(folder, "out.tar")
	check(t, run(roots, out, binaries))
	archive, err := os.ReadFile(out)
	check(t, err)
	return archive
}

func filesOf(t *testing.T, archive io.Reader) map[string]*tar.Header {
	t.Helper()
	files, _ := contentsOf(t, archive)
	return files
}

func contentsOf(t *testing.T, archive io.Reader) (map[string]*tar.Header, map[string][]byte) {
	t.Helper()
	headers, contents := map[string]*tar.Header{}, map[string][]byte{}
	for reader := tar.NewReader(archive); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return headers, contents
		}
		check(t, err)
		content, err := io.ReadAll(reader)
		check(t, err)
		headers[header.Name], contents[header.Name] = header, content
	}
}

func TestArchiveIsReproducible(t *testing.T) {
	if !bytes.Equal(archiveOf(t, "amd64", "arm64"), archiveOf(t, "amd64", "arm64")) {
		t.Error("the archives differ")
	}
}

func TestIndexNamesEveryArchitectureByWhatIsThere(t *testing.T) {
	_, contents := contentsOf(t, bytes.NewReader(archiveOf(t, "amd64", "arm64")))
	type list struct{ Manifests []descriptor }
	read := func(file string) list {
		var l list
		check(t, json.Unmarshal(contents[file], &l))
		return l
	}
	blobOf := func(d descriptor) string {
		name := "blobs/sha256/" + strings.TrimPrefix(d.Digest, "sha256:")
		if len(contents[name]) != d.Size || digest(contents[name]) != d.Digest {
			t.Fatalf("%s is not what its descriptor says", name)
		}
		return name
	}
	top := read("index.json").Manifests
	if len(top) != 1 {
		t.Fatalf("%d images", len(top))
	}
	for i, architecture := range []string{"amd64", "arm64"} {
		described := read(blobOf(top[0])).Manifests[i]
		var manifest struct {
			Config descriptor
			Layers []descriptor
		}
		check(t, json.Unmarshal(contents[blobOf(described)], &manifest))
		var config struct{ Architecture string }
		check(t, json.Unmarshal(contents[blobOf(manifest.Config)], &config))
		if described.Platform["architecture"] != architecture || config.Architecture != architecture {
			t.Errorf("%v and %s in place of %s", described.Platform, config.Architecture, architecture)
		}
		blobOf(manifest.Layers[0])
	}
}

func TestEngineOfOneArchitectureGetsThisMachines(t *testing.T) {
	_, contents := contentsOf(t, bytes.NewReader(archiveOf(t, "another", runtime.GOARCH)))
	var images []struct {
		Config string
		Layers []string
	}
	check(t, json.Unmarshal(contents["manifest.json"], &images))
	var config struct {
		Architecture string
		Config       struct {
			User string
			Env  []string
		}
	}
	check(t, json.Unmarshal(contents[images[0].Config], &config))
	if config.Architecture != runtime.GOARCH {
		t.Errorf("that of %s", config.Architecture)
	}
	if config.Config.User != "65532:65532" {
		t.Errorf("user %s", config.Config.User)
	}
	layer, err := gzip.NewReader(bytes.NewReader(contents[images[0].Layers[0]]))
	check(t, err)
	files := filesOf(t, layer)
	for name, mode := range map[string]int64{
		"etc/ssl/certs/ca-certificates.crt": 0o644, "usr/local/bin/": 0o755, "usr/local/bin/tailscaled": 0o755,
		"usr/local/bin/tailscale": 0o777, "usr/local/share/sbom/tailscaled.cdx.json": 0o644,
	} {
		if file := files[name]; file == nil || file.Mode != mode || file.Uid != 0 {
			t.Errorf("%s is %+v", name, file)
		}
	}
}

func TestBillListsTheModulesOfTheBinary(t *testing.T) {
	self, err := os.Executable()
	check(t, err)
	bill, err := billOfMaterials(self)
	check(t, err)
	if want := "pkg:golang/stdlib@" + strings.TrimPrefix(runtime.Version(), "go"); !strings.Contains(string(bill), want) {
		t.Errorf("no %s in %s", want, bill)
	}
}

func TestWhatIsNoGoBinaryIsRefused(t *testing.T) {
	if _, err := billOfMaterials("image_test.go"); err == nil {
		t.Error("a bill of a text")
	}
	for _, arguments := range [][]string{nil, {"amd64"}, {"amd64=/nowhere"}} {
		if err := run("image_test.go", filepath.Join(t.TempDir(), "out"), arguments); err == nil {
			t.Errorf("%q is taken", arguments)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
