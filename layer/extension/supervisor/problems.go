package supervisor

import (
	"time"

	"dev.tailnetproxy/layer/extension/problem"
)

// report puts a problem into the state file, and into the log when it is new or was not said for long.
func (s *Supervisor) report(p *problem.Problem) {
	now := s.Now()
	current := *p
	current.Message = s.Redactor.Redact(p.Message)
	current.Attempts = s.failures
	current.Since = now.UTC()
	isNew := s.problem == nil || s.problem.Code != p.Code
	anotherCause := false
	if !isNew {
		current.Since = s.problem.Since
		anotherCause = s.problem.Message != current.Message && !s.reminder.Recent(now)
	}
	s.problem = &current
	s.writeState()
	if isNew || anotherCause {
		s.reminder.MarkLogged(now)
		s.Log.Errorf("%v", &current)
	} else {
		s.Log.Debugf("still %v", &current)
		s.remind(now)
	}
	if p.Definite {
		s.releaseFunction()
	}
}

// remind says a problem again that has lasted, whether or not anything has happened meanwhile.
func (s *Supervisor) remind(now time.Time) {
	if s.problem != nil && s.reminder.Due(now) {
		s.reminder.MarkLogged(now)
		s.Log.Errorf("%s", s.problem.ReminderText(now))
	}
}

// resolve is for the moment in which nothing is wrong any more.
func (s *Supervisor) resolve() {
	over := s.problem
	s.problem = nil
	s.writeState()
	if over != nil {
		s.Log.Infof("%s", over.ResolvedText(s.Now()))
	}
}
