package forward

import (
	"fmt"
	"strings"
	"testing"
)

var socks = map[uint16]string{1055: "the SOCKS5 and HTTP proxy (TS_SOCKS_PORT)"}

func TestEntriesAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"":             "[]",
		" \t":          "[]",
		"5432=db:5432": "[127.0.0.1:5432=db:5432]",
		"5432=db.tail1234.ts.net:5432,6379=100.64.0.7:6379":    "[127.0.0.1:5432=db.tail1234.ts.net:5432 127.0.0.1:6379=100.64.0.7:6379]",
		" 5432=db:5432 , 6379=cache:6379 ":                     "[127.0.0.1:5432=db:5432 127.0.0.1:6379=cache:6379]",
		"0.0.0.0:5432=db:5432":                                 "[0.0.0.0:5432=db:5432]",
		"[::1]:5432=[fd7a:115c:a1e0::1]:5432":                  "[[::1]:5432=[fd7a:115c:a1e0::1]:5432]",
		"[::]:1=DB.Example.:65535":                             "[[::]:1=db.example:65535]",
		"5432=_pg._tcp-x:1":                                    "[127.0.0.1:5432=_pg._tcp-x:1]",
		"5432=[::ffff:100.64.0.7]:5432":                        "[127.0.0.1:5432=100.64.0.7:5432]",
		"127.0.0.1:5432=a:1,127.0.0.2:5432=b:1,[::1]:5432=c:1": "[127.0.0.1:5432=a:1 127.0.0.2:5432=b:1 [::1]:5432=c:1]",
		"5432=db:1055":                                         "[127.0.0.1:5432=db:1055]", // the target's port is another machine's
	} {
		forwards, err := ParseList(text, socks)
		if got := fmt.Sprint(forwards); err != nil || got != want {
			t.Errorf("%q: %s, %v, not %s", text, got, err, want)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"5432":                                   "has no equals sign",
		"=":                                      `"" is no port`,
		"5432=":                                  "is not host:port",
		"5432=db":                                "is not host:port",
		"=db:5432":                               `"" is no port`,
		",":                                      "an entry is empty",
		"5432=db:5432,":                          "an entry is empty",
		"0=db:1":                                 `"0" is no port`,
		"05432=db:1":                             `"05432" is no port`,
		"+5432=db:1":                             `"+5432" is no port`,
		"65536=db:1":                             `"65536" is no port`,
		"5432=db:0":                              `"0" is no port`,
		"5432=db:x":                              `"x" is no port`,
		"5432=db:":                               `"" is no port`,
		"5432=db:5432=x":                         `"5432=x" is no port`,
		"localhost:5432=db:1":                    "is no address to listen on",
		":5432=db:1":                             "is no address to listen on",
		"::1:5432=db:1":                          "is no address to listen on",
		"[127.0.0.1]:5432=db:1":                  "is no",
		"[fe80::1%eth0]:5432=db:1":               "is no address to listen on",
		"5432=fd7a::1:5432":                      "neither an address nor a name",
		"5432=[db]:5432":                         "is no port",
		"5432=[fd7a::1]":                         "is no port",
		"5432=[fd7a::1%2]:1":                     "neither an address nor a name",
		"5432=127.1:1":                           "neither an address nor a name",
		"5432=2130706433:1":                      "neither an address nor a name",
		"5432=0x7f000001:1":                      "neither an address nor a name",
		"5432=127.0.0.01:1":                      "neither an address nor a name",
		"5432=a..b:1":                            "neither an address nor a name",
		"5432=-a:1":                              "neither an address nor a name",
		"5432=a b:1":                             "neither an address nor a name",
		"5432=a\nb:1":                            "neither an address nor a name",
		"5432=ä:1":                               "neither an address nor a name",
		"5432=a/b:1":                             "neither an address nor a name",
		"5432=" + strings.Repeat("a", 64) + ":1": "neither an address nor a name",
		"5432=127.0.0.1:22":                      "is a loopback address",
		"5432=localhost:22":                      "is a name of this machine",
		"5432=a.LOCALHOST.:22":                   "is a name of this machine",
		"5432=169.254.169.254:80":                "is a link-local address",
		"5432=100.100.100.100:53":                "is the tailnet's own resolver",
		"5432=[::ffff:127.0.0.1]:22":             "is a loopback address",
		"5432=[64:ff9b::7f00:1]:22":              "loopback address inside an IPv6 address",
		"1055=db:1":                              "listens on the port of the SOCKS5 and HTTP proxy (TS_SOCKS_PORT)",
		"5432=a:1,5432=b:1":                      "listen on the same port",
		"0.0.0.0:5432=a:1,5432=b:1":              "listen on the same port",
		"127.0.0.2:5432=a:1,[::]:5432=b:1":       "listen on the same port",
		strings.Repeat("1=a:1,", 100) + "1=a:1":  "there are 101 entries",
	} {
		forwards, err := ParseList(text, socks)
		if err == nil || !strings.Contains(err.Error(), want) || forwards != nil {
			t.Errorf("%q: %v, %v, not %s", text, forwards, err, want)
		}
	}
}

func TestEveryMistakeHasItsSentence(t *testing.T) {
	_, err := ParseList("x=db:1,5432=db:y,5432=ok:1", nil)
	if err == nil || strings.Count(err.Error(), ";") != 1 || !strings.Contains(err.Error(), `"x"`) || !strings.Contains(err.Error(), `"y"`) {
		t.Errorf("%v", err)
	}
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
		var written []string
		for _, each := range forwards {
			written = append(written, each.String())
		}
		again, err := ParseList(strings.Join(written, ","), socks)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(forwards) {
			t.Errorf("%q is %v, which is read as %v, %v", text, forwards, again, err)
		}
	})
}
