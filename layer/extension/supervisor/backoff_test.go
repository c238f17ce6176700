package supervisor

import (
	"testing"
	"time"
)

func TestBackoffGrowsToItsMaximumWithJitter(t *testing.T) {
	for failures := range 100 {
		for range 50 {
			if got := backoff(failures); got < minBackoff || got > maxBackoff {
				t.Fatalf("after %d failures %v", failures, got)
			}
		}
	}
	different := map[time.Duration]bool{}
	for range 50 {
		if got := backoff(100); got < maxBackoff/2 {
			t.Errorf("after 100 failures %v", got)
		} else {
			different[got] = true
		}
	}
	if len(different) < 2 {
		t.Error("no jitter")
	}
}
