package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// millisecondThreshold is from where on a plain number means milliseconds where a time is asked for. The TypeScript
// extension took all of them for milliseconds, and nobody waits for a ping for minutes, or for less than a tenth of a
// second.
const millisecondThreshold = 100

// duration takes 500ms, 5s, 1m30s and so on. A plain number means seconds, and from 100 on milliseconds; one that is too
// large means the longest time, and 0 the default. The log then says what it was taken for.
func (r *reader) duration(name string, defaultValue, maximum time.Duration) time.Duration {
	value := r.text(name, "")
	if value == "" {
		return defaultValue
	}
	unit := time.Second
	number, plain := plainNumber(value)
	if plain && number >= millisecondThreshold {
		unit = time.Millisecond
	}
	duration, ok := parseDuration(value, unit)
	switch {
	case plain && number == 0:
		duration = defaultValue
	case plain && (!ok || duration > maximum):
		duration, ok = maximum, true
	}
	if !ok || duration <= 0 || duration > maximum {
		r.fail(fmt.Sprintf("%s is %q: it must be a time such as 500ms or 5s, at most %s", name, truncate(value), maximum))
		return defaultValue
	}
	if plain {
		r.note(fmt.Sprintf("%s is %s, which is taken for %v: a plain number means seconds, and from %d on milliseconds; write 500ms or 5s",
			name, value, duration, millisecondThreshold))
	}
	return duration
}

// milliseconds is for variables that name the unit of a plain number; 500ms, 5s and so on are taken, too.
func (r *reader) milliseconds(name string, defaultValue, maximum time.Duration) time.Duration {
	value := r.text(name, "")
	if value == "" {
		return defaultValue
	}
	duration, ok := parseDuration(value, time.Millisecond)
	if !ok || duration < 0 || duration > maximum {
		r.fail(fmt.Sprintf("%s is %q: it must be a number of milliseconds from 0 to %d", name, truncate(value), maximum.Milliseconds()))
		return defaultValue
	}
	if number, plain := plainNumber(value); plain && number > 0 && number < millisecondThreshold {
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
