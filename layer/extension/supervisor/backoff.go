package supervisor

import (
	"math/rand/v2"
	"time"
)

const (
	minBackoff = 200 * time.Millisecond
	maxBackoff = 30 * time.Second
)

// backoff is the pause after a number of failures in a row. It doubles with each failure. It is random in part, because
// all environments of a function fail at the same time.
func backoff(failures int) time.Duration {
	full := maxBackoff
	if doublings := max(failures-1, 0); doublings < 8 {
		full = min(minBackoff<<doublings, maxBackoff)
	}
	// The pause is never shorter than the first one and never longer than the full one.
	return max(minBackoff, full/2+rand.N(full/2+1))
}
