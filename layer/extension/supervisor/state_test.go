package supervisor

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tailscale.com/ipn"

	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// step is one event in one state, as the loop would handle it.
type step struct {
	name     string
	from, to nodeState
	event    func(*testSupervisor)
}

func notify(state ipn.State) func(*testSupervisor) {
	return func(k *testSupervisor) { k.onNotification(tailnet.Notification{State: state}) }
}

func withExitNode(event func(*testSupervisor)) func(*testSupervisor) {
	return func(k *testSupervisor) {
		k.Config.ExitNode.Node = "gateway"
		event(k)
	}
}

func upFinishes(err error) func(*testSupervisor) {
	return func(k *testSupervisor) { k.onUpFinished(k.attempt, err) }
}

func exitNodeResponds(k *testSupervisor) { k.onExitNodeChecked(k.check, netip.Addr{}, nil) }
func exitNodeIsSilent(k *testSupervisor) {
	k.onExitNodeChecked(k.check, netip.Addr{}, errors.New("no response"))
}

func isRemoved(k *testSupervisor) { k.onNodeRemoved() }

func daemonEnds(k *testSupervisor) {
	<-k.daemon.Done()
	k.onDaemonExit(k.daemon)
}

func stops(k *testSupervisor) { k.shutDown(time.Time{}) }

// steps are all events that change the node's state. An event of which another state takes no notice is in
// TestEventOfAnotherStateIsIgnored.
func steps() []step {
	all := []step{
		{"the pause is over", waiting, readingCredential, func(k *testSupervisor) { k.beginAttempt() }},
		{"the credential is there", readingCredential, awaitingDaemon, func(k *testSupervisor) { k.onCredential(k.attempt, "tskey", nil) }},
		{"the credential cannot be read", readingCredential, waiting, func(k *testSupervisor) { k.onCredential(k.attempt, "", errors.New("no")) }},
		{"tailscaled responds", awaitingDaemon, runningUp, func(k *testSupervisor) { k.enterDaemon(daemonConnected); k.startUp() }},
		{"the key file cannot be written", awaitingDaemon, waiting, func(k *testSupervisor) {
			k.Dir = "/nowhere"
			k.enterDaemon(daemonConnected)
			k.startUp()
		}},
		{"up succeeds", runningUp, joined, upFinishes(nil)},
		{"up succeeds, exit node", runningUp, checkingExitNode, withExitNode(upFinishes(nil))},
		{"Running", runningUp, joined, notify(ipn.Running)},
		{"NeedsMachineAuth", runningUp, awaitingApproval, notify(ipn.NeedsMachineAuth)},
		{"NeedsMachineAuth before this attempt, and up fails", runningUp, awaitingApproval, func(k *testSupervisor) {
			k.approvalPending = true
			k.onUpFinished(k.attempt, &tailnet.UpError{Text: "timeout"})
		}},
		{"up fails", runningUp, disablingSync, upFinishes(&tailnet.UpError{Text: "refused"})},
		{"up hangs", runningUp, disablingSync, upFinishes(context.DeadlineExceeded)},
		{"Running", awaitingApproval, joined, notify(ipn.Running)},
		{"Running of a node that registers anew", awaitingApproval, joined, func(k *testSupervisor) {
			k.attempt.reauthenticate = true
			k.onNotification(tailnet.Notification{State: ipn.Running})
		}},
		{"Running, exit node", awaitingApproval, checkingExitNode, withExitNode(notify(ipn.Running))},
		{"up succeeds", awaitingApproval, joined, upFinishes(nil)},
		{"NeedsLogin", awaitingApproval, disablingSync, notify(ipn.NeedsLogin)},
		{"the node is removed", awaitingApproval, disablingSync, isRemoved},
		{"tailscaled has stopped", disablingSync, waiting, func(k *testSupervisor) { (<-k.actions)() }},
		{"Running", disablingSync, joined, notify(ipn.Running)},
		{"Running, exit node", disablingSync, checkingExitNode, withExitNode(notify(ipn.Running))},
		{"the exit node responds", checkingExitNode, joined, exitNodeResponds},
		{"the exit node is silent", checkingExitNode, exitNodeDown, exitNodeIsSilent},
		{"a check", exitNodeDown, checkingExitNode, func(k *testSupervisor) { k.requestExitNodeCheck() }},
		{"a peer is removed", joined, recheckingExitNode, withExitNode(func(k *testSupervisor) {
			k.onNotification(tailnet.Notification{PeersRemoved: true})
		})},
		{"the exit node responds", recheckingExitNode, joined, exitNodeResponds},
		{"the exit node is silent", recheckingExitNode, exitNodeLost, exitNodeIsSilent},
		{"a check", exitNodeLost, recheckingExitNode, func(k *testSupervisor) { k.requestExitNodeCheck() }},
	}
	for _, state := range []nodeState{checkingExitNode, exitNodeDown, joined, recheckingExitNode, exitNodeLost} {
		all = append(all, step{"NeedsLogin", state, waiting, func(k *testSupervisor) {
			k.losses, k.lastLoss = 1, k.at // so that the loss is followed by a pause
			k.onNotification(tailnet.Notification{State: ipn.NeedsLogin})
		}})
	}
	for state := range stopping {
		all = append(all, step{"tailscaled ends", state, waiting, daemonEnds}, step{"stop", state, stopping, stops})
	}
	return all
}

// newLoopless is a supervisor in its first state, with a tailscaled that ends at once. The test is its loop.
func newLoopless(t *testing.T, exitNodeRequired bool) *testSupervisor {
	t.Helper()
	k := newTestSupervisor(t)
	k.Config.ExitNode.Required = exitNodeRequired
	k.Launcher = &tailnet.Launcher{Binary: "/bin/true", Dir: k.Dir, OnLogLine: func(string) {}}
	k.LocalAPI = tailnet.NewLocalAPI(k.Dir.Socket())
	k.Credential = func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}
	t.Cleanup(func() {
		k.cancel()
		if k.retry != nil {
			k.retry.Stop()
		}
	})
	k.startDaemon()
	if k.daemon == nil {
		t.Fatal("no tailscaled")
	}
	return k
}

// pathTo is the shortest way from the first state, by steps.
func pathTo(state nodeState) ([]step, bool) {
	paths := map[nodeState][]step{waiting: nil}
	for queue := []nodeState{waiting}; len(queue) > 0; queue = queue[1:] {
		for _, next := range steps() {
			if _, known := paths[next.to]; next.from == queue[0] && !known {
				paths[next.to] = append(slices.Clone(paths[next.from]), next)
				queue = append(queue, next.to)
			}
		}
	}
	path, reachable := paths[state]
	return path, reachable
}

// walk takes a supervisor to a state; every step on the way is asserted.
func (k *testSupervisor) walk(t *testing.T, path ...step) {
	t.Helper()
	for _, next := range path {
		if k.node != next.from {
			t.Fatalf("%s: in %s instead of %s", next.name, k.node, next.from)
		}
		next.event(k)
		if k.node != next.to {
			t.Fatalf("%s: from %s to %s instead of %s", next.name, next.from, k.node, next.to)
		}
	}
}

func TestEveryStepTakesItsTransition(t *testing.T) {
	for _, required := range []bool{true, false} {
		for _, last := range steps() {
			t.Run(last.from.String()+", "+last.name, func(t *testing.T) {
				k := newLoopless(t, required)
				path, reachable := pathTo(last.from)
				if !reachable {
					t.Fatal("not reachable")
				}
				k.walk(t, append(path, last)...)
				k.assertNothingUnlisted(t)
			})
		}
	}
}

func TestStepsTakeEveryListedTransitionAndNoOther(t *testing.T) {
	taken := map[[2]nodeState]bool{}
	for _, step := range steps() {
		taken[[2]nodeState{step.from, step.to}] = true
		if !listed(nodeTransitions, step.from, step.to) {
			t.Errorf("%s: %s -> %s is not listed", step.name, step.from, step.to)
		}
	}
	seen := map[[2]nodeState]bool{}
	for _, transition := range nodeTransitions {
		edge := [2]nodeState{transition.from, transition.to}
		if !taken[edge] {
			t.Errorf("%s -> %s is taken by no step", transition.from, transition.to)
		}
		if seen[edge] || transition.events == "" {
			t.Errorf("%s -> %s is listed twice or without an event", transition.from, transition.to)
		}
		seen[edge] = true
	}
}

func TestEveryStateIsReachableAndHasAWayOut(t *testing.T) {
	for state := range stopping + 1 {
		if _, reachable := pathTo(state); !reachable {
			t.Errorf("%s is not reachable", state)
		}
		out := slices.ContainsFunc(nodeTransitions, func(t transition[nodeState]) bool {
			return t.from == state && t.to != state && t.to != stopping
		})
		if out == (state == stopping) {
			t.Errorf("%s has a way out: %v", state, out)
		}
		if state.String() == "" {
			t.Errorf("state %d has no name", state)
		}
	}
}

func TestUnlistedTransitionIsLogged(t *testing.T) {
	k := newTestSupervisor(t)
	k.enter(joined)
	k.enterDaemon(daemonConnected)
	want := []string{"from waiting to joined", "from daemonStopped to daemonConnected"}
	lines := k.lines()
	if len(lines) != len(want) {
		t.Fatalf("said %q", lines)
	}
	for i, text := range want {
		if !strings.Contains(lines[i], "ERROR") || !strings.Contains(lines[i], "internal error") || !strings.Contains(lines[i], text) {
			t.Errorf("said %q", lines[i])
		}
	}
}

// What comes late, or from a node that is no longer there, changes no state.
func TestEventOfAnotherStateIsIgnored(t *testing.T) {
	staleAttempt, staleCheck := &joinAttempt{}, &exitNodeCheck{}
	events := map[string]func(*testSupervisor){
		"a credential of an earlier attempt":       func(k *testSupervisor) { k.onCredential(staleAttempt, "tskey", nil) },
		"the end of an earlier `tailscale up`":     func(k *testSupervisor) { k.onUpFinished(staleAttempt, nil) },
		"the failure of an earlier `tailscale up`": func(k *testSupervisor) { k.onUpFinished(staleAttempt, errors.New("no")) },
		"an earlier check of the exit node":        func(k *testSupervisor) { k.onExitNodeChecked(staleCheck, netip.Addr{}, nil) },
		"the end of an earlier tailscaled":         func(k *testSupervisor) { k.onDaemonExit(&tailnet.Daemon{}) },
	}
	for state := range stopping {
		for name, event := range events {
			t.Run(state.String()+", "+name, func(t *testing.T) {
				k := newLoopless(t, true)
				path, _ := pathTo(state)
				k.walk(t, path...)
				event(k)
				if k.node != state {
					t.Errorf("now in %s", k.node)
				}
			})
		}
	}
	for _, state := range []nodeState{waiting, readingCredential, awaitingDaemon, runningUp, disablingSync} {
		t.Run(state.String()+", NeedsLogin", func(t *testing.T) {
			k := newLoopless(t, true)
			path, _ := pathTo(state)
			k.walk(t, path...)
			k.onNotification(tailnet.Notification{State: ipn.NeedsLogin})
			k.onNodeRemoved()
			if k.node != state {
				t.Errorf("now in %s", k.node)
			}
		})
	}
}

func TestFirstLossIsFollowedByAnAttemptAtOnce(t *testing.T) {
	k := newLoopless(t, true)
	path, _ := pathTo(joined)
	k.walk(t, path...)
	k.onNotification(tailnet.Notification{State: ipn.NeedsLogin})
	if k.node != readingCredential || !k.attempt.reauthenticate {
		t.Errorf("in %s", k.node)
	}
	if state := k.file(t); state.Phase != statefile.Recovering || state.Problem == nil || state.Problem.Code != problem.NodeExpired {
		t.Errorf("in the file %+v", state)
	}
}

func TestPhaseFollowsState(t *testing.T) {
	const starting, joining, running, recovering, ended = statefile.Starting, statefile.Joining, statefile.Running, statefile.Recovering, statefile.Stopping
	for _, c := range []struct {
		state           nodeState
		before          statefile.Phase
		required        statefile.Phase // with a required exit node
		withoutRequired statefile.Phase
	}{
		{waiting, starting, starting, starting},
		{waiting, joining, joining, joining},
		{waiting, running, recovering, recovering},
		{waiting, recovering, recovering, recovering},
		{readingCredential, starting, joining, joining},
		{readingCredential, joining, joining, joining},
		{readingCredential, recovering, recovering, recovering},
		{awaitingDaemon, joining, joining, joining},
		{runningUp, recovering, recovering, recovering},
		{awaitingApproval, joining, joining, joining},
		{disablingSync, joining, joining, joining},
		{checkingExitNode, joining, joining, joining},
		{checkingExitNode, running, running, running},
		{exitNodeDown, joining, joining, running},
		{exitNodeDown, recovering, recovering, running},
		{joined, joining, running, running},
		{joined, recovering, running, running},
		{recheckingExitNode, running, running, running},
		{recheckingExitNode, recovering, recovering, recovering},
		{exitNodeLost, running, recovering, running},
		{exitNodeLost, recovering, recovering, running},
		{stopping, running, ended, ended},
	} {
		if got := c.state.phase(c.before, true); got != c.required {
			t.Errorf("%s after %s: %s", c.state, c.before, got)
		}
		if got := c.state.phase(c.before, false); got != c.withoutRequired {
			t.Errorf("%s after %s, exit node not required: %s", c.state, c.before, got)
		}
	}
}

func TestSupervisorTakesEveryListedTransitionOfTailscaled(t *testing.T) {
	for name, connects := range map[string]bool{"that responds": true, "that never responds": false} {
		t.Run(name, func(t *testing.T) {
			k := newLoopless(t, true)
			states := []daemonState{daemonStopped, k.daemonState}
			if connects {
				path, _ := pathTo(runningUp)
				k.walk(t, path...)
				states = append(states, k.daemonState)
			}
			daemonEnds(k)
			states = append(states, k.daemonState)
			want := []daemonState{daemonStopped, daemonStarting, daemonStopped}
			if connects {
				want = []daemonState{daemonStopped, daemonStarting, daemonConnected, daemonStopped}
			}
			if !slices.Equal(states, want) {
				t.Errorf("%v", states)
			}
			k.assertNothingUnlisted(t)
		})
	}
	if len(daemonTransitions) != 4 {
		t.Error("a transition of tailscaled's state is taken by no test")
	}
}

func (k *testSupervisor) assertNothingUnlisted(t *testing.T) {
	t.Helper()
	for _, line := range k.lines() {
		if strings.Contains(line, "internal error") {
			t.Error(line)
		}
	}
}
