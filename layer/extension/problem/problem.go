// Package problem names what keeps a node out of its tailnet, in words that a person can act on.
package problem

import "errors"

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

// Problem is one reason with one sentence; the sentence never holds a secret.
type Problem struct {
	Code    Code
	Message string
	// Definite problems do not go away by waiting a few seconds: somebody has to change something. The function is
	// not kept waiting for them.
	Definite bool
}

func (p *Problem) Error() string { return string(p.Code) + ": " + p.Message }

// Of finds the problem in err, or makes a JoinFailed of it.
func Of(err error) *Problem {
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	return &Problem{Code: JoinFailed, Message: err.Error()}
}
