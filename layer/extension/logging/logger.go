// Package logging writes the extension's log: one line an event, with a level, the milliseconds since start, and
// nothing secret in it.
package logging

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Level orders what is written; a logger writes its own level and those above it.
type Level int

const (
	Error Level = iota
	Info
	Debug
)

var levelNames = [...]string{"ERROR", "INFO", "DEBUG"}

// ParseLevel reads a level as people write it.
func ParseLevel(text string) (Level, bool) {
	for level, name := range levelNames {
		if strings.EqualFold(text, name) {
			return Level(level), true
		}
	}
	return Info, false
}

// Logger is safe for concurrent use.
type Logger struct {
	redactor *Redactor
	now      func() time.Time
	started  time.Time

	mu    sync.Mutex
	out   io.Writer
	level Level
}

// New makes a logger that counts its milliseconds from started.
func New(out io.Writer, level Level, redactor *Redactor, started time.Time, now func() time.Time) *Logger {
	return &Logger{out: out, level: level, redactor: redactor, started: started, now: now}
}

// SetLevel changes what is written from now on.
func (l *Logger) SetLevel(level Level) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.level = level
}

func (l *Logger) Errorf(format string, args ...any) { l.write(Error, format, args...) }
func (l *Logger) Infof(format string, args ...any)  { l.write(Info, format, args...) }
func (l *Logger) Debugf(format string, args ...any) { l.write(Debug, format, args...) }

func (l *Logger) write(level Level, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if level > l.level {
		return
	}
	message := singleLine(l.redactor.Redact(fmt.Sprintf(format, args...)))
	elapsed := l.now().Sub(l.started).Milliseconds()
	// A log that cannot be written has nobody to tell.
	_, _ = fmt.Fprintf(l.out, "[tailscale] %-5s +%dms %s\n", levelNames[level], elapsed, message)
}

// singleLine keeps foreign text from looking like a log line of its own.
func singleLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}
