package forward

import "strings"

const (
	maxNameLength  = 253
	maxLabelLength = 63
	// Underscores are no host names (RFC 952), but services in private zones use them.
	nameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-"
)

// isName is the rule that the proxy has for names, too. What ends in a number is another spelling of an address, and
// resolvers differ in what they make of it.
func isName(name string) bool {
	if name == "" || len(name) > maxNameLength {
		return false
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > maxLabelLength || strings.Trim(label, nameCharacters) != "" || strings.Trim(label, "-") != label {
			return false
		}
	}
	return !isNumber(labels[len(labels)-1])
}

func isNumber(label string) bool {
	if strings.Trim(label, "0123456789") == "" {
		return true
	}
	digits, hexadecimal := strings.CutPrefix(label, "0x")
	return hexadecimal && strings.Trim(digits, "0123456789abcdef") == ""
}
