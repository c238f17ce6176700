package dial

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

// ParseResponse reads the addresses of a response to a question for A or AAAA.
func ParseResponse(message []byte) ([]netip.Addr, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(message)
	switch {
	case err != nil:
		return nil, err
	case header.RCode == dnsmessage.RCodeNameError:
		return nil, ErrNoSuchName
	case header.RCode != dnsmessage.RCodeSuccess:
		return nil, fmt.Errorf("the tailnet's resolver responds %v", header.RCode)
	case header.Truncated:
		return nil, errors.New("the response of the tailnet's resolver is truncated")
	}
	if err := parser.SkipAllQuestions(); err != nil {
		return nil, err
	}
	var addresses []netip.Addr
	for {
		resource, err := parser.Answer()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return addresses, nil
		}
		if err != nil {
			return nil, err
		}
		switch body := resource.Body.(type) { // a CNAME on the way says nothing
		case *dnsmessage.AResource:
			addresses = append(addresses, netip.AddrFrom4(body.A))
		case *dnsmessage.AAAAResource:
			addresses = append(addresses, netip.AddrFrom16(body.AAAA))
		}
	}
}
