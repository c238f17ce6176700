package freeze_test

import (
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/freeze"
)

func TestFreezeIsDetectedByWallClock(t *testing.T) {
	const interval, longest = 10 * time.Second, 30 * time.Second
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := freeze.Detector{Threshold: longest}
	steps := []struct {
		after  time.Duration
		frozen bool
	}{
		{0, false}, {interval, false}, {interval + 5*time.Second, false},
		{time.Hour, true}, {interval, false},
		{-time.Hour, false}, // somebody set the clock back
		{interval, false}, {longest, true},
	}
	now := start
	for i, step := range steps {
		now = now.Add(step.after)
		if got := d.Frozen(now); got != step.frozen {
			t.Errorf("step %d: %v", i, got)
		}
	}
}
