package problem

import "time"

// reminderInterval is how long the log says nothing more of a problem that lasts. Whoever looks for the reason of a failed request
// finds it near the request, not hours before.
const reminderInterval = 10 * time.Minute

// moment is how long the log says nothing of another cause of the same problem.
const minReminderGap = 30 * time.Second

// Reminder knows when a problem was said last.
type Reminder struct{ loggedAt time.Time }

// MarkLogged notes that the problem was said.
func (r *Reminder) MarkLogged(now time.Time) { r.loggedAt = now.Round(0) }

// Recent tells whether the problem was said a moment ago.
func (r *Reminder) Recent(now time.Time) bool {
	elapsed := now.Round(0).Sub(r.loggedAt)
	return elapsed >= 0 && elapsed < minReminderGap
}

// Due tells whether it is time to say the problem again. It goes by the wall clock, which goes on while the environment
// is frozen.
func (r *Reminder) Due(now time.Time) bool {
	elapsed := now.Round(0).Sub(r.loggedAt)
	return elapsed >= reminderInterval || elapsed < 0 // somebody has set the clock back
}
