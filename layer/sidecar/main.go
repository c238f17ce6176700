// Sidecar writes the container image of tailscaled with the extension, to run beside the proxy or other programs. The
// image has nothing else in it: the binary, trusted roots and a bill of materials. One archive holds it for several
// architectures, in a form that docker load, ctr images import and tools for OCI layouts read. The same input gives the
// same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

func main() {
	roots := flag.String("roots", "", "PEM file of the trusted roots")
	out := flag.String("out", "", "archive to write")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: sidecar --roots FILE --out FILE ARCHITECTURE=BINARY ...")
	}
	flag.Parse()
	if err := run(*roots, *out, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "sidecar: %v\n", err)
		os.Exit(1)
	}
}

// run makes the archive. Container engines that know one architecture only get this machine's, if it is there.
func run(rootsFile, out string, binaries []string) (err error) {
	if len(binaries) == 0 {
		return errors.New("no binary is named")
	}
	roots, err := os.ReadFile(rootsFile)
	if err != nil {
		return err
	}
	var images []image
	for _, argument := range binaries {
		architecture, file, found := strings.Cut(argument, "=")
		if !found {
			return fmt.Errorf("%q is not ARCHITECTURE=BINARY", argument)
		}
		built, err := build(architecture, file, roots)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		images = append(images, built)
	}
	local := max(0, slices.IndexFunc(images, func(i image) bool { return i.architecture == runtime.GOARCH }))
	target, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return writeLayout(target, images, images[local])
}

func build(architecture, file string, roots []byte) (image, error) {
	binary, err := os.ReadFile(file)
	if err != nil {
		return image{}, err
	}
	bill, err := billOfMaterials(file)
	if err != nil {
		return image{}, err
	}
	return newImage(architecture, binary, roots, bill)
}
