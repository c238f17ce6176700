package refusal_test

import (
	"encoding/json"
	"net/netip"
	"os"
	"strings"
	"testing"

	"dev.tailnetproxy/layer/extension/forward/refusal"
)

func TestAddressesOfThisMachineAreRefused(t *testing.T) {
	for text, kind := range map[string]string{
		"127.0.0.1": "loopback", "127.255.255.254": "loopback", "::1": "loopback", "::ffff:127.0.0.1": "loopback",
		"0.0.0.0": "unspecified", "0.1.2.3": "unspecified", "::": "unspecified",
		"169.254.169.254": "link-local", "169.254.100.1": "link-local", "fe80::1": "link-local", "febf::1": "link-local",
		"224.0.0.1": "multicast", "ff02::1": "multicast",
		"240.0.0.1": "reserved", "255.255.255.255": "broadcast",
		"100.100.100.100": "resolver", "fd7a:115c:a1e0::53": "resolver", "fd00:ec2::254": "cloud",
		"::127.0.0.1": "inside an IPv6 address", "64:ff9b::7f00:1": "inside an IPv6 address",
		"64:ff9b:1::7f00:1": "inside an IPv6 address", "64:ff9b:1:a9fe:a9:fe00::": "inside an IPv6 address",
		"2002:7f00:1::": "inside an IPv6 address", "fd7a:115c:a1e0:b1a:0:7:a9fe:a9fe": "inside an IPv6 address",
		"2001:0:4136:e378:8000:63bf:80ff:fffe": "inside an IPv6 address", "2001:db8::5efe:127.0.0.1": "inside an IPv6 address",
		"::ffff:0:127.0.0.1": "inside an IPv6 address", "64:ff9b::6464:6464": "resolver inside an IPv6 address",
	} {
		if got := refusal.OfAddress(netip.MustParseAddr(text)); !strings.Contains(got, kind) {
			t.Errorf("%s: %q, not %s", text, got, kind)
		}
	}
}

func TestOtherAddressesAreNotRefused(t *testing.T) {
	for _, text := range []string{
		"100.64.0.7", "10.0.0.5", "192.168.1.1", "172.16.0.1", "8.8.8.8", "128.0.0.1", "fd7a:115c:a1e0::1", "2001:db8::1",
		"64:ff9b::808:808", "fd7a:115c:a1e0:b1a:0:7:a00:5",
	} {
		if got := refusal.OfAddress(netip.MustParseAddr(text)); got != "" {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// The proxy's own table: what it refuses with every setting, this package refuses, too.
func TestAddressesThatTheProxyRefusesAreRefused(t *testing.T) {
	content, err := os.ReadFile("../../../../proxy-quarkus/src/test/resources/conformance/policy.json")
	if os.IsNotExist(err) {
		t.Skip("the layer alone is here, as in its build image")
	}
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Target []string
		Expect struct{ Error string }
	}
	if err := json.Unmarshal(content, &cases); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, each := range cases {
		if each.Expect.Error != "TargetNotAllowed" || len(each.Target) == 0 {
			continue
		}
		address, err := netip.ParseAddr(strings.Trim(each.Target[0], "[]"))
		// The table's own node, and what only the policy of its tests does not allow.
		if err != nil || strings.HasPrefix(address.Unmap().String(), "100.64.") || !isBuiltIn(address) {
			continue
		}
		compared++
		if refusal.OfAddress(address) == "" {
			t.Errorf("%s is not refused", address)
		}
	}
	if compared < 20 {
		t.Errorf("only %d addresses were compared", compared)
	}
}

// isBuiltIn leaves out ordinary addresses, which a proxy without configuration does not allow either.
func isBuiltIn(address netip.Addr) bool {
	ordinary := func(a netip.Addr) bool {
		return a.IsGlobalUnicast() && a.String() != "100.100.100.100" && a.String() != "fd7a:115c:a1e0::53" &&
			!netip.MustParsePrefix("240.0.0.0/4").Contains(a) && !netip.MustParsePrefix("0.0.0.0/8").Contains(a) &&
			!netip.MustParsePrefix("fd00:ec2::/32").Contains(a)
	}
	return !ordinary(address.Unmap())
}

func TestNamesOfThisMachineAreRefused(t *testing.T) {
	for name, refused := range map[string]bool{
		"localhost": true, "db.localhost": true, "localhost.example": false, "mylocalhost": false, "db": false,
	} {
		if got := refusal.OfName(name) != ""; got != refused {
			t.Errorf("%s: %v", name, got)
		}
	}
}
