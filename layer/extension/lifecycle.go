package extension

import (
	"context"
	"net/http"
	"os"
	"time"

	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/lambdaapi"
	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/rundir"
	"dev.tailnetproxy/layer/extension/supervisor"
)

// lifecycle is the extension's life as Lambda sees it: registered, ready, shut down. Where there is no Lambda, in an
// ordinary container, a signal is what ends it.
type lifecycle struct {
	name    string
	log     *logging.Logger
	signals <-chan os.Signal
	now     func() time.Time
	ticks   <-chan time.Time
	lambda  *lambdaapi.Client // nil outside of Lambda

	forwards *forwards // nil without forwards
}

func (l *lifecycle) register(ctx context.Context, address string) error {
	if address == "" {
		l.log.Infof("AWS_LAMBDA_RUNTIME_API is not set: running outside of Lambda until SIGTERM")
		return nil
	}
	// No proxy and no time limit: the API is on this machine, and /next responds only when the environment ends.
	client := lambdaapi.New(address, &http.Client{Transport: &http.Transport{}})
	if err := client.Register(ctx, l.name); err != nil {
		return err
	}
	l.lambda = client
	l.log.Debugf("registered for SHUTDOWN")
	return nil
}

func (l *lifecycle) run(sup *supervisor.Supervisor) error {
	stop := make(chan time.Time, 1)
	failed := make(chan error, 1)
	go func() {
		end, err := l.awaitShutdown(sup.Ready())
		failed <- err
		l.drainForwards(end)
		stop <- end
	}()
	sup.Run(stop)
	return <-failed
}

// drainForwards lets the connections of forwards end, as far as there is time: they end at the latest with the node's place
// in the tailnet. Another signal ends the wait.
func (l *lifecycle) drainForwards(end time.Time) {
	if l.forwards == nil {
		return
	}
	limit := l.forwards.drainTimeout
	if l.lambda != nil {
		limit = lambdaDrainTime
		if !end.IsZero() {
			limit = min(limit, max(0, end.Sub(l.now())-supervisor.MinShutdownTime))
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		l.forwards.broker.Drain(limit)
	}()
	select {
	case <-drained:
	case received := <-l.signals:
		l.log.Infof("forwards: no more time is left (%v)", received)
		l.forwards.broker.Drain(0)
		<-drained
	}
}

// lambdaDrainTime is a part of the two seconds that Lambda gives; the other is for the log-out.
const lambdaDrainTime = 800 * time.Millisecond

// runDegraded lets the function start although the node cannot join. The state file and the responses of the function
// then give the reason; an environment that fails to start again and again would not.
func (l *lifecycle) runDegraded(dir rundir.Dir, settings config.Config, reason *problem.Problem) error {
	current := *reason
	current.Since = l.now().UTC()
	current.Definite = true // the extension does not try again
	l.log.Errorf("%v", &current)
	if err := writeDegradedState(dir, settings, &current); err != nil {
		l.log.Errorf("the state file cannot be written: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go l.logReminders(ctx, &current)
	ready := make(chan struct{})
	close(ready)
	_, err := l.awaitShutdown(ready)
	return err
}

func (l *lifecycle) logReminders(ctx context.Context, current *problem.Problem) {
	var reminder problem.Reminder
	reminder.MarkLogged(current.Since)
	for {
		select {
		case now := <-l.ticks:
			if reminder.Due(now) {
				reminder.MarkLogged(now)
				l.log.Errorf("%s", current.ReminderText(now))
			}
		case <-ctx.Done():
			return
		}
	}
}

// awaitShutdown tells Lambda when the extension is ready, and returns by when it must have ended.
func (l *lifecycle) awaitShutdown(ready <-chan struct{}) (time.Time, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	shutdown := make(chan lambdaapi.Event, 1)
	failed := make(chan error, 1)
	if l.lambda != nil {
		go func() {
			select {
			case <-ready:
			case <-ctx.Done():
				return
			}
			l.log.Infof("ready")
			event, err := l.nextShutdown(ctx)
			if err != nil {
				failed <- err
				return
			}
			shutdown <- event
		}()
	}
	select {
	case event := <-shutdown:
		l.log.Infof("shutting down (%s)", event.Reason)
		return event.Deadline(), nil
	case received := <-l.signals:
		l.log.Infof("shutting down (%v)", received)
		return time.Time{}, nil
	case err := <-failed:
		l.log.Errorf("%v", err)
		return time.Time{}, err
	}
}

// nextShutdown waits for SHUTDOWN; the extension registers for nothing else and ignores other events.
func (l *lifecycle) nextShutdown(ctx context.Context) (lambdaapi.Event, error) {
	for {
		event, err := l.lambda.Next(ctx)
		if err != nil || event.Type == "SHUTDOWN" {
			return event, err
		}
	}
}
