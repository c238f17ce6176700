package broker

import (
	"strings"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward/wire"
)

func TestEveryStepTakesItsTransition(t *testing.T) {
	for _, last := range steps {
		t.Run(last.from.String()+", "+last.name, func(t *testing.T) {
			l := newLoopless(t)
			l.walk(t, append(pathTo(last.from), last))
			for _, line := range l.lines {
				if strings.Contains(line, "internal error") {
					t.Error(line)
				}
			}
			if _, open := l.connections[l.one.id]; open != (last.to != closed) || l.Status()[0].Open != len(l.connections) {
				t.Errorf("%d connections, counted %d", len(l.connections), l.Status()[0].Open)
			}
		})
	}
}

func TestStepsTakeEveryListedTransitionAndNoOther(t *testing.T) {
	taken := map[[2]state]bool{}
	for _, each := range steps {
		taken[[2]state{each.from, each.to}] = true
		if !listed(each.from, each.to) {
			t.Errorf("%s: %s -> %s is not listed", each.name, each.from, each.to)
		}
	}
	for _, each := range transitions {
		if !taken[[2]state{each.from, each.to}] || each.events == "" {
			t.Errorf("%s -> %s is taken by no step, or has no event", each.from, each.to)
		}
	}
	if len(taken) != len(transitions) {
		t.Errorf("%d transitions are listed, %d taken", len(transitions), len(taken))
	}
}

func TestUnlistedTransitionIsLogged(t *testing.T) {
	l := newLoopless(t)
	l.enter(l.one, connected)
	if len(l.lines) != 1 || !strings.Contains(l.lines[0], "internal error") || !strings.Contains(l.lines[0], "from waiting to connected") {
		t.Errorf("%q", l.lines)
	}
}

// What comes late changes no state.
func TestEventOfAnotherStateIsIgnored(t *testing.T) {
	events := map[string]func(*loopless){
		"a report of an earlier tailscaled": func(l *loopless) {
			l.onReport(&wire.Channel{}, wire.Report{Kind: wire.Ended, ID: l.one.id})
		},
		"the end of an earlier tailscaled": func(l *loopless) { l.onChannelEnd(&wire.Channel{}) },
		"a report of another connection": func(l *loopless) {
			l.onReport(l.channel, wire.Report{Kind: wire.Failed, ID: 999})
		},
	}
	for from := range closed + 1 {
		for name, event := range events {
			t.Run(from.String()+", "+name, func(t *testing.T) {
				l := newLoopless(t)
				l.walk(t, pathTo(from))
				event(l)
				if l.one.state != from {
					t.Errorf("now in %s", l.one.state)
				}
			})
		}
	}
	for from, ignored := range map[state][]wire.ReportKind{
		waiting: {wire.Connected, wire.Failed, wire.Ended}, pausing: {wire.Connected, wire.Failed, wire.Ended},
		dialling: {wire.Ended}, connected: {wire.Connected, wire.Failed},
	} {
		for _, kind := range ignored {
			l := newLoopless(t)
			l.walk(t, pathTo(from))
			report(kind, wire.Timeout)(l)
			if l.one.state != from {
				t.Errorf("%s: %s changes to %s", from, kind, l.one.state)
			}
		}
	}
}

func TestFailedDialIsRepeatedFourTimes(t *testing.T) {
	l := newLoopless(t)
	joins(l)
	for range retryPauses {
		report(wire.Failed, wire.ConnectionRefused)(l)
		l.dialIfPossible(l.one)
	}
	report(wire.Failed, wire.ConnectionRefused)(l)
	if status := l.Status()[0]; l.one.state != closed || status.Dials != 5 || status.Failures != 1 || status.LastError.Cause != "ConnectionRefused" {
		t.Errorf("%s, %+v", l.one.state, status)
	}
}

func TestConnectionAboveTheLimitIsReset(t *testing.T) {
	l := newLoopless(t)
	l.accept(t)
	if third := l.accept(t); third != l.connections[2] || len(l.connections) != 2 {
		t.Errorf("%d connections", len(l.connections))
	}
	if len(l.lines) != 1 || !strings.Contains(l.lines[0], "TS_FORWARD_MAX_CONNECTIONS") {
		t.Errorf("%q", l.lines)
	}
	l.refuse(l.one, tailnetUnavailable, "r")
	l.accept(t)
	if len(l.connections) != 2 {
		t.Error("there is no room again")
	}
}

func TestFailuresOfOneKindAreLoggedOnceForAWhile(t *testing.T) {
	l := newLoopless(t)
	for range 10 {
		l.countFailure(0, wire.Timeout, "no response")
	}
	l.countFailure(0, wire.NameNotFound, "no name")
	l.at = l.at.Add(quietTime)
	l.countFailure(0, wire.Timeout, "no response")
	l.at = l.at.Add(-time.Hour) // somebody set the clock back
	l.countFailure(0, wire.Timeout, "no response")
	want := []string{"Timeout: no response; the client's", "NameNotFound", "(and 9 times since", "Timeout"}
	if len(l.lines) != len(want) {
		t.Fatalf("%q", l.lines)
	}
	for i, text := range want {
		if !strings.Contains(l.lines[i], text) {
			t.Errorf("%q without %q", l.lines[i], text)
		}
	}
}

func TestFreezeAndRejoiningBeginTheSettlingTime(t *testing.T) {
	l := newLoopless(t)
	thawed := 0
	l.OnThaw = func() { thawed++ }
	joins(l)
	for range settlingTime / BeatInterval {
		l.at = l.at.Add(BeatInterval)
		l.onBeat(l.at)
	}
	if l.settling() || thawed != 0 {
		t.Error("the settling time has no end, or an ordinary beat is taken for a freeze")
	}
	l.at = l.at.Add(time.Minute)
	l.onBeat(l.at)
	if !l.settling() || thawed != 1 {
		t.Error("a freeze is not noticed")
	}
	l.at = l.at.Add(settlingTime)
	l.onNode(false)
	l.onNode(true)
	if !l.settling() {
		t.Error("joining again does not begin it")
	}
}
