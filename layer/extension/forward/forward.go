// Package forward reads TS_FORWARDS: which ports of this machine lead to which targets in the tailnet.
package forward

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"dev.tailnetproxy/layer/extension/forward/refusal"
)

// Forward is one entry: a port to listen on, and where its connections lead.
type Forward struct {
	Listen netip.AddrPort
	Target Target
}

func (f Forward) String() string { return f.Listen.String() + "=" + f.Target.String() }

// Target is an address or a name, with a port. ParseTarget makes one that has been checked.
type Target struct {
	Host string `json:"host"` // an address in its usual form, or a name in lower case without a dot at its end
	Port uint16 `json:"port"`
}

func (t Target) String() string { return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port))) }

// Address is the target's address, unless it is a name.
func (t Target) Address() (netip.Addr, bool) {
	address, err := netip.ParseAddr(t.Host)
	return address, err == nil
}

// maxEntries keeps a value that is no list of forwards from opening ports without end.
const maxEntries = 100

// defaultAddress is where an entry without an address listens: for this environment alone.
var defaultAddress = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// ParseList reads entries of the form [address:]port=host:port, separated by commas. The error has one sentence for each
// mistake. reserved are ports of this machine that the extension itself needs, and what each of them is.
func ParseList(text string, reserved map[uint16]string) ([]Forward, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	entries := strings.Split(text, ",")
	if len(entries) > maxEntries {
		return nil, fmt.Errorf("there are %d entries, at most %d are possible", len(entries), maxEntries)
	}
	var forwards []Forward
	var mistakes []string
	for _, entry := range entries {
		parsed, err := parse(strings.TrimSpace(entry))
		if err == nil {
			err = checkListen(parsed, forwards, reserved)
		}
		if err != nil {
			mistakes = append(mistakes, err.Error())
			continue
		}
		forwards = append(forwards, parsed)
	}
	if len(mistakes) > 0 {
		return nil, errors.New(strings.Join(mistakes, "; "))
	}
	return forwards, nil
}

func parse(entry string) (Forward, error) {
	if entry == "" {
		return Forward{}, errors.New("an entry is empty: remove the comma that is too much")
	}
	left, right, ok := strings.Cut(entry, "=")
	if !ok {
		return Forward{}, fmt.Errorf("the entry %q has no equals sign: write [address:]port=host:port", shown(entry))
	}
	listen, err := parseListen(left)
	if err != nil {
		return Forward{}, fmt.Errorf("in the entry %q %w", shown(entry), err)
	}
	target, err := ParseTarget(right)
	if err != nil {
		return Forward{}, fmt.Errorf("in the entry %q %w", shown(entry), err)
	}
	return Forward{Listen: listen, Target: target}, nil
}

func parseListen(text string) (netip.AddrPort, error) {
	address := defaultAddress
	host, port, hasHost := cutPort(text)
	if hasHost {
		var err error
		if address, err = parseAddress(host, strings.HasPrefix(text, "[")); err != nil {
			return netip.AddrPort{}, fmt.Errorf("%q is no address to listen on: write an IPv4 address, or an IPv6 address in brackets", shown(host))
		}
	}
	number, err := parsePort(port)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(address, number), nil
}

// ParseTarget reads host:port. An address that is never reachable through a forward is refused here already.
func ParseTarget(text string) (Target, error) {
	host, port, hasHost := cutPort(text)
	if !hasHost {
		return Target{}, fmt.Errorf("the target %q is not host:port, with an IPv6 address in brackets", shown(text))
	}
	number, err := parsePort(port)
	if err != nil {
		return Target{}, err
	}
	bracketed := strings.HasPrefix(text, "[")
	address, err := parseAddress(host, bracketed)
	if err != nil {
		if name := strings.TrimSuffix(strings.ToLower(host), "."); isName(name) && !bracketed {
			if reason := refusal.OfName(name); reason != "" {
				return Target{}, fmt.Errorf("the target %q is %s, which no forward may reach", shown(host), reason)
			}
			return Target{Host: name, Port: number}, nil
		}
		return Target{}, fmt.Errorf("the target %q is neither an address nor a name: write an IPv6 address in brackets", shown(host))
	}
	if reason := refusal.OfAddress(address); reason != "" {
		return Target{}, fmt.Errorf("the target %s is %s, which no forward may reach", address, reason)
	}
	return Target{Host: address.String(), Port: number}, nil
}

// cutPort splits at the last colon outside of brackets.
func cutPort(text string) (host, port string, hasHost bool) {
	if inBrackets, found := strings.CutPrefix(text, "["); found {
		host, port, hasHost = strings.Cut(inBrackets, "]:")
		if !hasHost || !strings.Contains(host, ":") {
			return text, "", true // in brackets, but no IPv6 address with a port
		}
		return host, port, true
	}
	host, port, hasHost = strings.Cut(text, ":")
	if !hasHost {
		return "", text, false
	}
	if last := strings.LastIndex(text, ":"); last > len(host) {
		return text[:last], text[last+1:], true
	}
	return host, port, true
}

// parseAddress reads an address; of IPv6 only in brackets, because without them a port could be its last part.
func parseAddress(text string, bracketed bool) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	switch {
	case err != nil:
		return address, err
	case address.Is6() != bracketed:
		return address, errors.New("brackets are for IPv6 alone")
	case address.Zone() != "":
		return address, errors.New("a zone has a meaning on one machine only")
	}
	return address.Unmap(), nil
}

func parsePort(text string) (uint16, error) {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil || number == 0 || strings.Trim(text, "0123456789") != "" || text[0] == '0' {
		return 0, fmt.Errorf("%q is no port: write a number from 1 to 65535", shown(text))
	}
	return uint16(number), nil
}

// checkListen finds ports that cannot all be listened on, which the system would say less clearly.
func checkListen(candidate Forward, others []Forward, reserved map[uint16]string) error {
	if use := reserved[candidate.Listen.Port()]; use != "" {
		return fmt.Errorf("the entry %q listens on the port of %s: choose another port", candidate, use)
	}
	for _, other := range others {
		a, b := other.Listen, candidate.Listen
		if a.Port() == b.Port() && (a.Addr() == b.Addr() || a.Addr().IsUnspecified() || b.Addr().IsUnspecified()) {
			return fmt.Errorf("the entries %q and %q listen on the same port: choose another port for one of them", other, candidate)
		}
	}
	return nil
}

const maxShown = 60

// shown keeps a value that was put into the wrong variable, a key perhaps, from being shown whole.
func shown(text string) string {
	if len(text) > maxShown {
		return text[:maxShown] + "…"
	}
	return text
}
