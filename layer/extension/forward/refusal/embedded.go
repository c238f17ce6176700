package refusal

import "net/netip"

// layout is where the four bytes of an IPv4 address stand in an IPv6 address of a range.
type layout struct {
	prefix  netip.Prefix
	offsets [4]int
}

var lastFour = [4]int{12, 13, 14, 15}

var localNAT64 = netip.MustParsePrefix("64:ff9b:1::/48")

var layouts = []layout{
	{netip.MustParsePrefix("::/96"), lastFour},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), lastFour},
	{netip.MustParsePrefix("64:ff9b::/96"), lastFour},
	{netip.MustParsePrefix("2002::/16"), [4]int{2, 3, 4, 5}},
	// Tailscale's own "4via6" subnet routes.
	{netip.MustParsePrefix("fd7a:115c:a1e0:b1a::/64"), lastFour},
	{localNAT64, lastFour},
}

// shorterNAT64 is how RFC 6052 section 2.2 writes an address behind prefixes of 48, 56 and 64 bits: around byte 8.
var shorterNAT64 = [][4]int{{6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}}

var teredo = netip.MustParsePrefix("2001::/32")

// Embedded are the IPv4 addresses that an IPv6 address may carry: a translator, a tunnel or a router on the way delivers
// there what is sent to it. There is more than one where the address does not tell which layout it has.
func Embedded(address netip.Addr) []netip.Addr {
	if !address.Is6() || address.Is4In6() {
		return nil
	}
	bytes := address.As16()
	var carried []netip.Addr
	add := func(offsets [4]int, mask byte) {
		var v4 [4]byte
		for i, offset := range offsets {
			v4[i] = bytes[offset] ^ mask
		}
		carried = append(carried, netip.AddrFrom4(v4))
	}
	for _, each := range layouts {
		if each.prefix.Contains(address) {
			add(each.offsets, 0)
		}
	}
	if localNAT64.Contains(address) {
		for _, offsets := range shorterNAT64 {
			// Zeros are the rest of a longer prefix, and 0.0.0.0/8 is nobody's address.
			if bytes[offsets[0]] != 0 {
				add(offsets, 0)
			}
		}
	}
	if teredo.Contains(address) {
		add(lastFour, 0xff) // RFC 4380 section 4 turns each bit over
	}
	// The interface identifier of ISATAP (RFC 5214 section 6.1), below any prefix.
	if (bytes[8] == 0 || bytes[8] == 2) && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe {
		add(lastFour, 0)
	}
	return carried
}
