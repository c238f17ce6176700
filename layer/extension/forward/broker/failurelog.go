package broker

import (
	"fmt"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/forward/wire"
)

// quietTime is how long nothing more is logged of a target and a cause: a pool of connections fails many times at once.
const quietTime = 30 * time.Second

// failureLog writes one line for each target and cause, and later how many more there were.
type failureLog struct {
	log     Log
	now     func() time.Time
	entries map[failureKey]*failureEntry
}

type failureKey struct {
	forward forward.Forward
	cause   wire.Cause
}

type failureEntry struct {
	loggedAt time.Time
	silenced int
}

// report logs a failure unless one of the same kind was logged a short time ago. The number of kinds is bounded, so
// nothing has to be forgotten.
func (f *failureLog) report(of forward.Forward, cause wire.Cause, reason, consequence string) {
	key := failureKey{of, cause}
	if f.entries == nil {
		f.entries = map[failureKey]*failureEntry{}
	}
	now := f.now().Round(0)
	entry := f.entries[key]
	if entry == nil {
		entry = &failureEntry{}
		f.entries[key] = entry
	} else if elapsed := now.Sub(entry.loggedAt); elapsed >= 0 && elapsed < quietTime {
		entry.silenced++
		return
	}
	message := fmt.Sprintf("forward %s: %s: %s", of, cause, reason)
	if consequence != "" {
		message += "; " + consequence
	}
	if entry.silenced > 0 {
		message += fmt.Sprintf(" (and %d times since %s)", entry.silenced, entry.loggedAt.UTC().Format(time.RFC3339))
	}
	entry.loggedAt, entry.silenced = now, 0
	f.log.Errorf("%s", message)
}
