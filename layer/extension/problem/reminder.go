package problem

import "time"

// sayAgain is how long the log says nothing more of a problem that lasts. Whoever looks for the reason of a failed request
// finds it near the request, not hours before.
const sayAgain = 10 * time.Minute

// moment is how long the log says nothing of another cause of the same problem.
const moment = 30 * time.Second

// Reminder knows when a problem was said last.
type Reminder struct{ said time.Time }

// Said notes that the problem was said.
func (r *Reminder) Said(now time.Time) { r.said = now.Round(0) }

// Recent tells whether the problem was said a moment ago.
func (r *Reminder) Recent(now time.Time) bool {
	silent := now.Round(0).Sub(r.said)
	return silent >= 0 && silent < moment
}

// Due tells whether it is time to say the problem again. It goes by the wall clock, which goes on while the environment
// is frozen.
func (r *Reminder) Due(now time.Time) bool {
	silent := now.Round(0).Sub(r.said)
	return silent >= sayAgain || silent < 0 // somebody has set the clock back
}
