package supervisor

import (
	"time"

	"dev.tailnetproxy/layer/extension/problem"
)

// report writes a problem to the state file. It also logs the problem when it is new or was not logged for a while.
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
	definite := ""
	if p.Definite {
		s.releaseFunction()
		definite = current.Error()
	}
	s.tellForwards(definite)
}

func (s *Supervisor) tellForwards(definiteProblem string) {
	if s.Forwards != nil {
		s.Forwards.SetDefiniteProblem(definiteProblem)
	}
}

// remind logs a lasting problem again, also when no other event occurs.
func (s *Supervisor) remind(now time.Time) {
	if s.problem != nil && s.reminder.Due(now) {
		s.reminder.MarkLogged(now)
		s.Log.Errorf("%s", s.problem.ReminderText(now))
	}
}

// resolve removes the problem and logs that it is over.
func (s *Supervisor) resolve() {
	over := s.problem
	s.problem = nil
	s.writeState()
	s.tellForwards("")
	if over != nil {
		s.Log.Infof("%s", over.ResolvedText(s.Now()))
	}
}
