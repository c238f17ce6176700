// Package freeze detects that the environment was frozen, as Lambda does between invocations.
package freeze

import "time"

// Detector gets the time again and again. It compares wall clocks: whether the monotonic clock goes on during a
// freeze depends on how it is done.
type Detector struct {
	// Threshold is how far apart two looks at the clock can be without a freeze.
	Threshold time.Duration
	last      time.Time
}

// Frozen tells whether there was a freeze between the last call and this one.
func (d *Detector) Frozen(now time.Time) bool {
	now = now.Round(0)
	before := d.last
	d.last = now
	return !before.IsZero() && now.Sub(before) >= d.Threshold
}
