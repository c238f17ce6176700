package problem

import "time"

// reminderInterval is the time between two log lines about a lasting problem. It keeps the reason of a failed request
// near the request in the log.
const reminderInterval = 10 * time.Minute

// minReminderGap is the shortest time between two log lines about causes of the same problem.
const minReminderGap = 30 * time.Second

// Reminder knows when a problem was logged last.
type Reminder struct{ loggedAt time.Time }

// MarkLogged records that the problem was logged.
func (r *Reminder) MarkLogged(now time.Time) { r.loggedAt = now.Round(0) }

// Recent tells whether the problem was logged within minReminderGap.
func (r *Reminder) Recent(now time.Time) bool {
	elapsed := now.Round(0).Sub(r.loggedAt)
	return elapsed >= 0 && elapsed < minReminderGap
}

// Due tells whether it is time to log the problem again. It uses the wall clock, which does not stop while the
// environment is frozen.
func (r *Reminder) Due(now time.Time) bool {
	elapsed := now.Round(0).Sub(r.loggedAt)
	return elapsed >= reminderInterval || elapsed < 0 // somebody has set the clock back
}
