// Pack writes the layer's zip. The same input gives the same bytes: entries are sorted, every one carries the same time
// and its permissions come from where it lies, not from the machine that builds.
package main

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"time"
)

// A zip's time has no zone and starts in 1980; any fixed one will do.
var entryTime = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func main() {
	files := flag.String("files", "", "folder whose content becomes /opt")
	binary := flag.String("binary", "", "file that becomes /opt/bin/tailscaled")
	out := flag.String("zip", "", "zip file to write")
	flag.Parse()
	if err := pack(*files, *binary, *out); err != nil {
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

// pack writes the content of folder files, and binary as bin/tailscaled, to the zip file out.
func pack(files, binary, out string) (err error) {
	entries := map[string]string{"bin/tailscaled": binary}
	err = filepath.WalkDir(files, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(files, file)
		if err != nil {
			return err
		}
		entries[filepath.ToSlash(name)] = file
		return nil
	})
	if err != nil {
		return fmt.Errorf("listing %s: %w", files, err)
	}
	target, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return write(target, entries)
}

func write(target io.Writer, entries map[string]string) error {
	archive := zip.NewWriter(target)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := add(archive, name, entries[name]); err != nil {
			return fmt.Errorf("adding %s: %w", entries[name], err)
		}
	}
	return archive.Close()
}

func add(archive *zip.Writer, name, file string) error {
	source, err := os.Open(file)
	if err != nil {
		return err
	}
	defer source.Close()
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: entryTime}
	header.SetMode(mode(name))
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, source)
	return err
}

// mode is what the file needs in /opt: what is in these folders is run.
func mode(name string) fs.FileMode {
	switch path.Dir(name) {
	case "bin", "extensions":
		return 0o755
	default:
		return 0o644
	}
}
