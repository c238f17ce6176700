package config

import (
	"strings"
	"testing"
)

func TestFunctionNameIsConvertedToHostname(t *testing.T) {
	for function, want := range map[string]string{
		"proxy":                        "proxy",
		"my_proxy":                     "my-proxy",
		"_proxy-":                      "proxy",
		strings.Repeat("a", 64):        strings.Repeat("a", 63),
		strings.Repeat("a", 62) + "_b": strings.Repeat("a", 62),
		"___":                          "",
		"":                             "",
	} {
		if got := hostnameFromFunctionName(function); got != want {
			t.Errorf("function %q: machine name %q, want %q", function, got, want)
		}
	}
}
