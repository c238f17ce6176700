package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// unprivileged is the user of the proxy's image too, so that both may use the socket in a folder that they share.
const unprivileged = "65532:65532"

// Media types of the OCI image specification.
const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// entryTime is that of every file; any fixed one gives the same bytes each time.
var entryTime = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

type entry struct {
	name    string
	mode    int64
	content []byte
	link    string // the target of a symbolic link
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// image is one architecture's.
type image struct {
	architecture            string
	layer, config, manifest []byte
}

func newImage(architecture string, binary, roots, bill []byte) (image, error) {
	files, err := tarball([]entry{
		{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, content: roots},
		{name: "usr/local/bin/tailscale", mode: 0o777, link: "tailscaled"},
		{name: "usr/local/bin/tailscaled", mode: 0o755, content: binary},
		{name: "usr/local/share/sbom/tailscaled.cdx.json", mode: 0o644, content: bill},
	})
	if err != nil {
		return image{}, err
	}
	layer, err := compressed(files)
	if err != nil {
		return image{}, err
	}
	config := encode(map[string]any{
		"created":      entryTime,
		"architecture": architecture,
		"os":           "linux",
		"config": map[string]any{
			"User":       unprivileged,
			"Entrypoint": []string{"/usr/local/bin/tailscaled", "lambda-extension"},
			"Env": []string{
				"PATH=/usr/local/bin", "TS_RUN_DIR=/run/tailscale/node", "TS_SHIELDS_UP=true", "TS_TAILNET_ONLY=true",
			},
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{digest(files)}},
		"history": []map[string]any{{"created": entryTime, "comment": "tailscaled with the extension"}},
	})
	manifest := encode(map[string]any{
		"schemaVersion": 2,
		"mediaType":     manifestType,
		"config":        describe(configType, config),
		"layers":        []descriptor{describe(layerType, layer)},
	})
	return image{architecture, layer, config, manifest}, nil
}

// writeLayout writes an OCI image layout with one index of all images, and the list of docker save with the local one.
func writeLayout(target io.Writer, images []image, local image) error {
	var entries []entry
	add := func(content []byte) {
		entries = append(entries, entry{name: blob(content), mode: 0o644, content: content})
	}
	var manifests []descriptor
	for _, i := range images {
		add(i.layer)
		add(i.config)
		add(i.manifest)
		manifest := describe(manifestType, i.manifest)
		manifest.Platform = map[string]string{"architecture": i.architecture, "os": "linux"}
		manifests = append(manifests, manifest)
	}
	index := encode(map[string]any{"schemaVersion": 2, "mediaType": indexType, "manifests": manifests})
	add(index)
	entries = append(entries,
		entry{name: "oci-layout", mode: 0o644, content: encode(map[string]string{"imageLayoutVersion": "1.0.0"})},
		entry{name: "index.json", mode: 0o644, content: encode(map[string]any{
			"schemaVersion": 2, "mediaType": indexType, "manifests": []descriptor{describe(indexType, index)},
		})},
		entry{name: "manifest.json", mode: 0o644, content: encode([]map[string]any{{
			"Config": blob(local.config), "RepoTags": nil, "Layers": []string{blob(local.layer)},
		}})})
	archive, err := tarball(entries)
	if err != nil {
		return err
	}
	_, err = target.Write(archive)
	return err
}

// tarball writes the files and, before the first file in each, the folders.
func tarball(entries []entry) ([]byte, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	written := map[string]bool{".": true}
	for _, e := range entries {
		for _, folder := range missingFolders(path.Dir(e.name), written) {
			header := &tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755, ModTime: entryTime}
			if err := writer.WriteHeader(header); err != nil {
				return nil, err
			}
		}
		header := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.content)), ModTime: entryTime}
		if e.link != "" {
			header.Typeflag, header.Linkname = tar.TypeSymlink, e.link
		}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(e.content); err != nil {
			return nil, err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

func missingFolders(folder string, written map[string]bool) []string {
	var missing []string
	for ; !written[folder]; folder = path.Dir(folder) {
		written[folder] = true
		missing = append([]string{folder}, missing...)
	}
	return missing
}

func compressed(content []byte) ([]byte, error) {
	var buffer bytes.Buffer
	writer, err := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(content); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

func describe(mediaType string, content []byte) descriptor {
	return descriptor{MediaType: mediaType, Digest: digest(content), Size: len(content)}
}

func digest(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

func blob(content []byte) string {
	return "blobs/sha256/" + strings.TrimPrefix(digest(content), "sha256:")
}

// encode is for values made here, which all have a form in JSON.
func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
