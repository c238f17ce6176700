package config

import (
	"slices"
	"testing"
)

func TestShellWordsAreSplitWithoutExpansion(t *testing.T) {
	cases := map[string][]string{
		"":                        nil,
		"  \t\n ":                 nil,
		"a b":                     {"a", "b"},
		`"a b" c`:                 {"a b", "c"},
		`'a b' 'c'`:               {"a b", "c"},
		`a\ b`:                    {"a b"},
		`--x='it'"'"'s'`:          {"--x=it's"},
		`'\'`:                     {`\`},
		`"\$x \" \\"`:             {`\$x " \`},
		"$HOME `id` $(id) ${x} ~": {"$HOME", "`id`", "$(id)", "${x}", "~"},
		`""`:                      {""},
		"a''b":                    {"ab"},
		"ünï 日本":                  {"ünï", "日本"},
		"a;b|c&d>e":               {"a;b|c&d>e"},
	}
	for text, want := range cases {
		if got, err := SplitShellWords(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, not %q", text, got, err, want)
		}
	}
}

func TestUnterminatedQuotesAreRejected(t *testing.T) {
	for _, text := range []string{`"a`, `'a`, `a\`, `a "b' c`} {
		if got, err := SplitShellWords(text); err == nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzSplitShellWords(f *testing.F) {
	for _, seed := range []string{"a b", `"a b"`, `\`, "'", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words, err := SplitShellWords(text)
		if err != nil && words != nil {
			t.Errorf("%q: words and an error", text)
		}
	})
}
