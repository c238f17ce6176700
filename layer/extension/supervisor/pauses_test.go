package supervisor

import (
	"testing"
	"time"
)

func TestPauseGrowsFromFirstToLongestAndIsNotAlwaysTheSame(t *testing.T) {
	for failures := range 100 {
		for range 50 {
			if got := pause(failures); got < firstPause || got > longestPause {
				t.Fatalf("after %d failures %v", failures, got)
			}
		}
	}
	different := map[time.Duration]bool{}
	for range 50 {
		if got := pause(100); got < longestPause/2 {
			t.Errorf("after 100 failures %v", got)
		} else {
			different[got] = true
		}
	}
	if len(different) < 2 {
		t.Error("no jitter")
	}
}

func TestFreezeIsSeenByTheWallClock(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var d thawDetector
	steps := []struct {
		after  time.Duration
		frozen bool
	}{
		{0, false}, {TickInterval, false}, {TickInterval + 5*time.Second, false},
		{time.Hour, true}, {TickInterval, false},
		{-time.Hour, false}, // somebody set the clock back
		{TickInterval, false}, {freeze, true},
	}
	now := start
	for i, step := range steps {
		now = now.Add(step.after)
		if got := d.frozen(now); got != step.frozen {
			t.Errorf("step %d: %v", i, got)
		}
	}
}
