package supervisor

import (
	"math/rand/v2"
	"time"
)

const (
	minBackoff = 200 * time.Millisecond
	maxBackoff = 30 * time.Second
)

// pause is the time to wait after so many failures in a row: twice as long each time, and not the same in every
// environment of a function, which all fail at once.
func backoff(failures int) time.Duration {
	full := maxBackoff
	if doublings := max(failures-1, 0); doublings < 8 {
		full = min(minBackoff<<doublings, maxBackoff)
	}
	// At least the first pause, at most the full one.
	return max(minBackoff, full/2+rand.N(full/2+1))
}
