// Package refusal names the addresses that no forward may reach, whatever is configured: all of them mean this machine or
// its near network. They are those that the proxy refuses, too (docs/contract.md).
package refusal

import (
	"net/netip"
	"strings"
)

var ranges = []struct {
	prefix netip.Prefix
	reason string
}{
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("::1/128"), "a loopback address"},
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address"},
	{netip.MustParsePrefix("::/128"), "an unspecified address"},
	// The Lambda runtime API and the instance metadata service are in this range.
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address"},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address"},
	// 255.255.255.255 and the reserved range that it ends.
	{netip.MustParsePrefix("240.0.0.0/4"), "a broadcast or reserved address"},
	{netip.MustParsePrefix("100.100.100.100/32"), "the tailnet's own resolver"},
	{netip.MustParsePrefix("fd7a:115c:a1e0::53/128"), "the tailnet's own resolver"},
	{netip.MustParsePrefix("fd00:ec2::/32"), "an address of the cloud's own services"},
}

// OfAddress says what kind of address this is if no forward may reach it, and "" for any other.
func OfAddress(address netip.Addr) string {
	address = address.Unmap()
	for _, each := range ranges {
		if each.prefix.Contains(address) {
			return each.reason
		}
	}
	for _, embedded := range Embedded(address) {
		if reason := OfAddress(embedded); reason != "" {
			return reason + " inside an IPv6 address"
		}
	}
	return ""
}

// OfName does the same for localhost and everything below it (RFC 6761 section 6.3). The name is in lower case.
func OfName(name string) string {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return "a name of this machine"
	}
	return ""
}
