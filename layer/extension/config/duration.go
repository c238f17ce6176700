package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// fewestMilliseconds is from where on a plain number means milliseconds where a time is asked for. The TypeScript
// extension took all of them for milliseconds, and nobody waits for a ping for minutes, or for less than a tenth of a
// second.
const fewestMilliseconds = 100

// duration takes 500ms, 5s, 1m30s and so on. A plain number means seconds, and from 100 on milliseconds; one that is too
// large means the longest time, and 0 the default. The log then says what it was taken for.
func (r *reader) duration(name string, otherwise, longest time.Duration) time.Duration {
	value := r.text(name, "")
	if value == "" {
		return otherwise
	}
	unit := time.Second
	number, plain := plainNumber(value)
	if plain && number >= fewestMilliseconds {
		unit = time.Millisecond
	}
	duration, ok := parseDuration(value, unit)
	switch {
	case plain && number == 0:
		duration = otherwise
	case plain && (!ok || duration > longest):
		duration, ok = longest, true
	}
	if !ok || duration <= 0 || duration > longest {
		r.fail(fmt.Sprintf("%s is %q: it must be a time such as 500ms or 5s, at most %s", name, shorten(value), longest))
		return otherwise
	}
	if plain {
		r.note(fmt.Sprintf("%s is %s, which is taken for %v: a plain number means seconds, and from %d on milliseconds; write 500ms or 5s",
			name, value, duration, fewestMilliseconds))
	}
	return duration
}

// milliseconds is for variables that name the unit of a plain number; 500ms, 5s and so on are taken, too.
func (r *reader) milliseconds(name string, otherwise, longest time.Duration) time.Duration {
	value := r.text(name, "")
	if value == "" {
		return otherwise
	}
	duration, ok := parseDuration(value, time.Millisecond)
	if !ok || duration < 0 || duration > longest {
		r.fail(fmt.Sprintf("%s is %q: it must be a number of milliseconds from 0 to %d", name, shorten(value), longest.Milliseconds()))
		return otherwise
	}
	if number, plain := plainNumber(value); plain && number > 0 && number < fewestMilliseconds {
		r.note(fmt.Sprintf("%s is %s, which is taken for %v, as its name says", name, value, duration))
	}
	return duration
}

func parseDuration(value string, unit time.Duration) (time.Duration, bool) {
	if number, plain := plainNumber(value); plain {
		if number *= float64(unit); number > float64(1<<62) {
			return 0, false
		}
		return time.Duration(number), true
	}
	duration, err := time.ParseDuration(strings.ToLower(strings.ReplaceAll(value, " ", "")))
	return duration, err == nil
}

// plainNumber reads digits with at most one point. (ParseFloat would take inf and 0x10, too.)
func plainNumber(value string) (float64, bool) {
	if strings.Trim(value, "0123456789.") != "" {
		return 0, false
	}
	number, err := strconv.ParseFloat(value, 64)
	return number, err == nil
}
