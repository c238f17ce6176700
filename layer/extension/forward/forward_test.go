package forward

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

var socks = map[uint16]string{1055: "the SOCKS5 and HTTP proxy (TS_SOCKS_PORT)"}

// testCase is a row of testdata/forwards.tsv, which a test of the Java module function-support reads, too.
type testCase struct{ value, outcome, text string }

func testCases(t *testing.T) []testCase {
	t.Helper()
	table, err := os.ReadFile("testdata/forwards.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var cases []testCase
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 3 {
			t.Fatalf("the row %q has %d cells", line, len(cells))
		}
		cases = append(cases, testCase{strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(cells[0]), cells[1], cells[2]})
	}
	return cases
}

func TestListsAreReadAsTheTableSays(t *testing.T) {
	seen := map[string]int{}
	for _, each := range testCases(t) {
		forwards, err := ParseList(each.value, socks)
		outcome, text := "read", written(forwards)
		if err != nil {
			outcome, text = "refused", err.Error()
		}
		if outcome != each.outcome || text != each.text || (err != nil && forwards != nil) {
			t.Errorf("%q is %s: %s\nnot %s: %s", each.value, outcome, text, each.outcome, each.text)
		}
		seen[outcome]++
	}
	if seen["read"] == 0 || seen["refused"] == 0 || len(seen) != 2 {
		t.Errorf("the table has %v", seen)
	}
}

func TestListsWithoutEndAreRefused(t *testing.T) {
	forwards, err := ParseList(strings.Repeat("1=a:1,", 100)+"1=a:1", socks)
	if err == nil || err.Error() != "there are 101 entries, at most 100 are possible" || forwards != nil {
		t.Errorf("%v, %v", forwards, err)
	}
}

func written(forwards []Forward) string {
	var entries []string
	for _, each := range forwards {
		entries = append(entries, each.String())
	}
	return strings.Join(entries, ",")
}

func TestLongValuesAreNotShownWhole(t *testing.T) {
	secret := strings.Repeat("s", 200)
	if _, err := ParseList(secret, nil); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("%v", err)
	}
}

func FuzzParseListHasNoSecondReading(f *testing.F) {
	f.Add("5432=db:5432,[::1]:6379=[fd7a::1]:6379")
	f.Add("[::ffff:1.2.3.4]:1=[::]:1")
	f.Fuzz(func(t *testing.T, text string) {
		forwards, err := ParseList(text, socks)
		if err != nil {
			return
		}
		again, err := ParseList(written(forwards), socks)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(forwards) {
			t.Errorf("%q is %v, which is read as %v, %v", text, forwards, again, err)
		}
	})
}
