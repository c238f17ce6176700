package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"dev.tailnetproxy/layer/extension/forward"
	"dev.tailnetproxy/layer/extension/logging"
)

const letterDigitHyphen = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

// reader turns variables into values and collects what is wrong with them, so that one start shows every mistake.
type reader struct {
	lookup   func(string) (string, bool)
	problems []string
	notes    []string
}

func (r *reader) fail(message string) { r.problems = append(r.problems, message) }

func (r *reader) note(message string) { r.notes = append(r.notes, message) }

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return errors.New(strings.Join(r.problems, "; "))
}

// text is the value without surrounding white space; a variable that is set but empty counts as not set, because that
// is how templates leave out an optional value.
func (r *reader) text(name, defaultValue string) string {
	value, _ := r.lookup(name)
	if value = strings.TrimSpace(value); value == "" {
		return defaultValue
	}
	return value
}

func (r *reader) boolean(name string, defaultValue bool) bool {
	switch value := r.text(name, ""); strings.ToLower(value) {
	case "":
		return defaultValue
	case "true", "t", "1", "yes", "y", "on", "enabled":
		return true
	case "false", "f", "0", "no", "n", "off", "disabled":
		return false
	default:
		r.fail(fmt.Sprintf("%s is %q: it must be true or false", name, truncate(value)))
		return defaultValue
	}
}

func (r *reader) integer(name string, defaultValue, minimum, maximum int) int {
	value := r.text(name, "")
	if value == "" {
		return defaultValue
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < minimum || number > maximum {
		r.fail(fmt.Sprintf("%s is %q: it must be a whole number from %d to %d", name, truncate(value), minimum, maximum))
		return defaultValue
	}
	return number
}

func (r *reader) level(name string) logging.Level {
	value := r.text(name, "info")
	level, ok := logging.ParseLevel(value)
	if !ok {
		r.fail(fmt.Sprintf("%s is %q: it must be error, info or debug", name, truncate(value)))
	}
	return level
}

func (r *reader) shellWords(name string) []string {
	shellWords, err := SplitShellWords(r.text(name, ""))
	if err != nil {
		r.fail(fmt.Sprintf("%s cannot be read: %v", name, err))
	}
	return shellWords
}

// forwards adds the variable's name to each mistake, which can be one of many.
func (r *reader) forwards(socksPort int) []forward.Forward {
	const name = "TS_FORWARDS"
	forwards, err := forward.ParseList(r.text(name, ""), map[uint16]string{
		uint16(socksPort): "the SOCKS5 and HTTP proxy (TS_SOCKS_PORT)",
	})
	if err != nil {
		r.fail(name + ": " + err.Error())
	}
	return forwards
}

// truncate keeps a value that was put into the wrong variable, a key perhaps, from being shown whole.
func truncate(value string) string {
	const shown = 40
	if len(value) > shown {
		return value[:shown] + "…"
	}
	return value
}
