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
