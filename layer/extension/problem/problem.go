// Package problem names what keeps a node out of its tailnet, in words that a person can act on.
package problem

import (
	"errors"
	"fmt"
	"time"
)

// Code is stable: the proxy and people's alarms read it from the state file.
type Code string

const (
	InvalidConfiguration Code = "InvalidConfiguration"
	SecretUnavailable    Code = "SecretUnavailable"
	SecretInvalid        Code = "SecretInvalid"
	AccessDenied         Code = "AccessDenied"
	KeyRejected          Code = "KeyRejected"
	ControlUnreachable   Code = "ControlUnreachable"
	ControlUntrusted     Code = "ControlUntrusted"
	NodeExpired          Code = "NodeExpired"
	NodeRemoved          Code = "NodeRemoved"
	ExitNodeDown         Code = "ExitNodeDown"
	DaemonExited         Code = "DaemonExited"
	DiskFull             Code = "DiskFull"
	JoinFailed           Code = "JoinFailed"
)

// Codes lists every code.
var Codes = []Code{
	InvalidConfiguration, SecretUnavailable, SecretInvalid, AccessDenied, KeyRejected, ControlUnreachable, ControlUntrusted,
	NodeExpired, NodeRemoved, ExitNodeDown, DaemonExited, DiskFull, JoinFailed,
}

// Problem is one reason with one sentence; the sentence never holds a secret. It is the same where it is found and in
// the state file, so that nothing of it can be lost on the way.
type Problem struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	// Since is when it was first met, and Attempts how many attempts have failed; whoever keeps the problem fills
	// them in.
	Since    time.Time `json:"since"`
	Attempts int       `json:"attempts"`
	// Definite problems do not go away by waiting a few seconds: somebody has to change something. The function is
	// not kept waiting for them.
	Definite bool `json:"definite"`
}

func (p *Problem) Error() string { return string(p.Code) + ": " + p.Message }

// ReminderText describes the problem and how long it has lasted.
func (p *Problem) ReminderText(now time.Time) string {
	return fmt.Sprintf("still %v (%s)", p, p.history(now))
}

// ResolvedText says that the problem is over.
func (p *Problem) ResolvedText(now time.Time) string {
	return fmt.Sprintf("%s is resolved (%s)", p.Code, p.history(now))
}

func (p *Problem) history(now time.Time) string {
	// Between invocations the monotonic clock may stand still.
	history := "since " + p.Since.UTC().Format(time.RFC3339) + ", for " + now.Round(0).Sub(p.Since.Round(0)).Round(time.Second).String()
	switch p.Attempts {
	case 0:
		return history
	case 1:
		return history + ", 1 failed attempt"
	default:
		return fmt.Sprintf("%s, %d failed attempts", history, p.Attempts)
	}
}

// FromError finds the problem in err, or makes a JoinFailed of it.
func FromError(err error) *Problem {
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	return &Problem{Code: JoinFailed, Message: err.Error()}
}
