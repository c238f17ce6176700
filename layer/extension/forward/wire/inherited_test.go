package wire_test

import (
	"testing"

	"dev.tailnetproxy/layer/extension/forward/wire"
)

func TestInheritedEndIsNamedByTheEnvironment(t *testing.T) {
	for value, inherited := range map[string]bool{"": false, "x": false, "-1": false, "99999999999": false, "4 ": false, "1000": true} {
		file := wire.Inherited(func(string) string { return value })
		if (file != nil) != inherited {
			t.Errorf("%q: %v", value, file)
		}
	}
	if got := wire.EnvironmentEntry(4); got != wire.Variable+"=4" {
		t.Errorf("%s", got)
	}
}

func TestDescriptorThatIsNoChannelIsRefused(t *testing.T) {
	if channel, err := wire.Open(wire.Inherited(func(string) string { return "1000" })); err == nil {
		channel.Close()
		t.Error("no error")
	}
}
