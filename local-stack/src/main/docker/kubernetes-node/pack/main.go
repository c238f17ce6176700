// Packs one static program into a container image, in the form that `ctr images import` and `docker load` read.
//
//	pack NAME:TAG PROGRAM OUT.tar
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
)

type file struct {
	name    string
	mode    int64
	content []byte
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: pack NAME:TAG PROGRAM OUT.tar")
	}
	name, program, out := os.Args[1], os.Args[2], os.Args[3]
	content, err := os.ReadFile(program)
	check(err)
	entry := filepath.Base(program)
	layer := archive(file{entry, 0o755, content})
	config := encode(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": []string{"/" + entry}},
		"rootfs": map[string]any{
			"type":     "layers",
			"diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))},
		},
	})
	manifest := encode([]map[string]any{{
		"Config": "config.json", "RepoTags": []string{name}, "Layers": []string{"layer.tar"},
	}})
	image := archive(file{"layer.tar", 0o644, layer}, file{"config.json", 0o644, config}, file{"manifest.json", 0o644, manifest})
	check(os.WriteFile(out, image, 0o644))
}

func archive(files ...file) []byte {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, f := range files {
		check(writer.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.content))}))
		_, err := writer.Write(f.content)
		check(err)
	}
	check(writer.Close())
	return buffer.Bytes()
}

func encode(value any) []byte {
	text, err := json.Marshal(value)
	check(err)
	return text
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
