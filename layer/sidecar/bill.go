package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
)

// component is one of CycloneDX's.
type component struct {
	Type       string `json:"type"`
	Reference  string `json:"bom-ref"`
	Name       string `json:"name"`
	Version    string `json:"version,omitempty"`
	PackageURL string `json:"purl,omitempty"`
}

// billOfMaterials lists what is linked into the binary, as the binary itself says, in CycloneDX's JSON.
func billOfMaterials(file string) ([]byte, error) {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("no list of modules: %w", err)
	}
	return encodeBill(info)
}

func encodeBill(info *debug.BuildInfo) ([]byte, error) {
	components := []component{goModule("stdlib", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		components = append(components, goModule(module.Path, module.Version))
	}
	return json.MarshalIndent(map[string]any{
		"bomFormat":   "CycloneDX",
		"specVersion": "1.6",
		"version":     1,
		"metadata": map[string]any{
			"component": component{Type: "application", Reference: "tailscaled", Name: "tailscaled"},
		},
		"components": components,
	}, "", "  ")
}

func goModule(path, version string) component {
	url := fmt.Sprintf("pkg:golang/%s@%s", path, version)
	return component{Type: "library", Reference: url, Name: path, Version: version, PackageURL: url}
}
