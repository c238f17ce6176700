package supervisor

import (
	"slices"

	"dev.tailnetproxy/layer/extension/statefile"
)

// nodeState is where the node is on its way into the tailnet. The table nodeTransitions lists every change of it:
//
//	waiting --> readingCredential --> awaitingDaemon --> runningUp <--> (tailscale up)
//	   ^                                                  |   |  \
//	   |                                                  |   |   v
//	   |<---------------- disablingSync <-----------------+   |  awaitingApproval
//	   |                        |          <------------------|---+   |
//	   |                        v                             v       v
//	   |                  +-----+------- in the tailnet ------+-------+
//	   |                  |                                           |
//	   |                  | with an exit node                         | without one
//	   |                  v                                           |
//	   |         checkingExitNode <--> exitNodeDown                   |
//	   |                  |                                           |
//	   |                  +-----------------> joined <----------------+
//	   |                                        ^
//	   |                                        v
//	   |                               recheckingExitNode <--> exitNodeLost
//	   |
//	   +--- every state: tailscaled ends, or the node loses its place in the tailnet
//
// Every state also ends in stopping.
type nodeState int

const (
	// waiting lasts until a timer starts the next attempt to join. It is the first state.
	waiting nodeState = iota
	// readingCredential lasts until the auth key, or the identity token, has been read.
	readingCredential
	// awaitingDaemon has the credential and lasts until tailscaled responds.
	awaitingDaemon
	// runningUp lasts until `tailscale up` ends or the bus tells that the node is in the tailnet.
	runningUp
	// awaitingApproval lasts until an admin approves the node or deletes it.
	awaitingApproval
	// disablingSync ends a failed attempt: it lasts until tailscaled has stopped using the key.
	disablingSync
	// checkingExitNode is in the tailnet and waits for the first response of the exit node.
	checkingExitNode
	// exitNodeDown is in the tailnet; the exit node has not responded yet, and a timer starts the next check.
	exitNodeDown
	// joined is in the tailnet, and the exit node, if there is one, has responded.
	joined
	// recheckingExitNode waits for another response of an exit node that has responded before.
	recheckingExitNode
	// exitNodeLost is in the tailnet; the exit node has stopped responding, and a timer starts the next check.
	exitNodeLost
	// stopping is the end.
	stopping
)

var nodeStateNames = [...]string{
	waiting: "waiting", readingCredential: "readingCredential", awaitingDaemon: "awaitingDaemon", runningUp: "runningUp",
	awaitingApproval: "awaitingApproval", disablingSync: "disablingSync", checkingExitNode: "checkingExitNode",
	exitNodeDown: "exitNodeDown", joined: "joined", recheckingExitNode: "recheckingExitNode", exitNodeLost: "exitNodeLost",
	stopping: "stopping",
}

func (n nodeState) String() string { return nodeStateNames[n] }

// daemonState is what the supervisor knows of tailscaled.
//
//	daemonStopped --> daemonStarting --> daemonConnected --> daemonStopped
type daemonState int

const (
	// daemonStopped has no process.
	daemonStopped daemonState = iota
	// daemonStarting has a process that has not responded yet.
	daemonStarting
	// daemonConnected has responded on its LocalAPI.
	daemonConnected
)

func (d daemonState) String() string {
	return [...]string{"daemonStopped", "daemonStarting", "daemonConnected"}[d]
}

// transition is one change of a state, and the events that cause it.
type transition[S comparable] struct {
	from, to S
	events   string
}

var nodeTransitions = []transition[nodeState]{
	{waiting, readingCredential, "the pause is over and tailscaled runs"},
	{waiting, waiting, "tailscaled ends"},

	{readingCredential, awaitingDaemon, "the credential has been read"},
	{readingCredential, waiting, "the credential cannot be read; tailscaled ends"},

	{awaitingDaemon, runningUp, "tailscaled responds, or has responded before"},
	{awaitingDaemon, waiting, "the key file cannot be written; tailscaled ends"},

	{runningUp, joined, "`tailscale up` succeeds, or the bus tells Running of a node that was not there before"},
	{runningUp, checkingExitNode, "the same, with an exit node"},
	{runningUp, awaitingApproval, "the bus tells NeedsMachineAuth"},
	{runningUp, disablingSync, "`tailscale up` fails or hangs"},
	{runningUp, waiting, "tailscaled ends"},

	{awaitingApproval, joined, "the bus tells Running: an admin has approved the node"},
	{awaitingApproval, checkingExitNode, "the same, with an exit node"},
	{awaitingApproval, disablingSync, "the bus tells NeedsLogin: an admin has deleted the node"},
	{awaitingApproval, waiting, "tailscaled ends"},

	{disablingSync, waiting, "tailscaled has stopped, or does not respond within a second; tailscaled ends"},
	{disablingSync, joined, "the bus tells Running meanwhile"},
	{disablingSync, checkingExitNode, "the same, with an exit node"},

	{checkingExitNode, joined, "the exit node responds"},
	{checkingExitNode, exitNodeDown, "the exit node does not respond"},
	{checkingExitNode, waiting, "the node loses its place; tailscaled ends"},

	{exitNodeDown, checkingExitNode, "the pause is over, or a node has changed"},
	{exitNodeDown, waiting, "the node loses its place; tailscaled ends"},

	{joined, recheckingExitNode, "the exit node has changed"},
	{joined, waiting, "the node loses its place; tailscaled ends"},

	{recheckingExitNode, joined, "the exit node responds"},
	{recheckingExitNode, exitNodeLost, "the exit node does not respond"},
	{recheckingExitNode, waiting, "the node loses its place; tailscaled ends"},

	{exitNodeLost, recheckingExitNode, "the pause is over, or a node has changed"},
	{exitNodeLost, waiting, "the node loses its place; tailscaled ends"},

	{waiting, stopping, "Lambda or a signal ends the extension"},
	{readingCredential, stopping, "the same"},
	{awaitingDaemon, stopping, "the same"},
	{runningUp, stopping, "the same"},
	{awaitingApproval, stopping, "the same"},
	{disablingSync, stopping, "the same"},
	{checkingExitNode, stopping, "the same"},
	{exitNodeDown, stopping, "the same"},
	{joined, stopping, "the same"},
	{recheckingExitNode, stopping, "the same"},
	{exitNodeLost, stopping, "the same"},
}

var daemonTransitions = []transition[daemonState]{
	{daemonStopped, daemonStarting, "an attempt to join starts tailscaled"},
	{daemonStarting, daemonConnected, "the first notification arrives on the bus"},
	{daemonStarting, daemonStopped, "tailscaled ends"},
	{daemonConnected, daemonStopped, "tailscaled ends"},
}

func listed[S comparable](table []transition[S], from, to S) bool {
	return slices.ContainsFunc(table, func(t transition[S]) bool { return t.from == from && t.to == to })
}

// inTailnet tells whether the node has its place in the tailnet, with or without its exit node.
func (n nodeState) inTailnet() bool {
	switch n {
	case checkingExitNode, exitNodeDown, joined, recheckingExitNode, exitNodeLost:
		return true
	default:
		return false
	}
}

// joining tells whether tailscaled knows the key of an attempt that has not ended.
func (n nodeState) joining() bool {
	return n == runningUp || n == awaitingApproval || n == disablingSync
}

// checking tells whether the exit node is being asked.
func (n nodeState) checking() bool { return n == checkingExitNode || n == recheckingExitNode }

// phase is what the state file says in this state, after another phase.
func (n nodeState) phase(before statefile.Phase, exitNodeRequired bool) statefile.Phase {
	switch {
	case n == stopping:
		return statefile.Stopping
	case n == joined:
		return statefile.Running
	case n.checking():
		return before // a check alone changes nothing for the function
	case (n == exitNodeDown || n == exitNodeLost) && !exitNodeRequired:
		return statefile.Running // requests may go without the exit node; the problem says what is missing
	case before == statefile.Running:
		return statefile.Recovering
	case before == statefile.Starting && n == readingCredential:
		return statefile.Joining
	default:
		return before
	}
}

// enter is the only place where the node's state and the phase change. It does not write the state file: the caller
// does, together with the problem that belongs to the change.
func (s *Supervisor) enter(next nodeState) {
	if !listed(nodeTransitions, s.node, next) {
		s.Log.Errorf("internal error: the node's state changes from %s to %s, which is not listed", s.node, next)
	}
	if s.Forwards != nil && s.node.inTailnet() != next.inTailnet() {
		s.Forwards.SetInTailnet(next.inTailnet())
	}
	s.node = next
	s.phase = next.phase(s.phase, s.Config.ExitNode.Required)
}

// enterDaemon is the only place where the state of tailscaled changes.
func (s *Supervisor) enterDaemon(next daemonState) {
	if !listed(daemonTransitions, s.daemonState, next) {
		s.Log.Errorf("internal error: the state of tailscaled changes from %s to %s, which is not listed", s.daemonState, next)
	}
	s.daemonState = next
}
