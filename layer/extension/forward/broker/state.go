package broker

// state is where a client's connection is on its way to its target. The table transitions lists every change of it.
//
//	waiting <--> dialling --> connected
//	   ^           |  ^           |
//	   |           v  |           |
//	   +-------- pausing          |
//	   |           |              |
//	   v           v              v
//	            closed
type state int

const (
	// waiting lasts until the node is in the tailnet and tailscaled is there, at most for the join timeout, and
	// not if the node cannot join. It is the first state.
	waiting state = iota
	// dialling lasts until tailscaled reports what came of the dial.
	dialling
	// pausing lasts until a timer starts the next dial.
	pausing
	// connected belongs to tailscaled, and lasts until tailscaled reports the end.
	connected
	// closed is the end.
	closed
)

func (s state) String() string {
	return [...]string{"waiting", "dialling", "pausing", "connected", "closed"}[s]
}

// transition is one change of a state, and the events that cause it.
type transition struct {
	from, to state
	events   string
}

var transitions = []transition{
	{waiting, dialling, "the node is in the tailnet and tailscaled is there"},
	{waiting, closed, "the join timeout is over; the node cannot join; the drain ends"},

	{dialling, connected, "tailscaled reports Connected"},
	{dialling, pausing, "the dial has failed in the settling time"},
	{dialling, waiting, "the node has left the tailnet, and the dial is cancelled; tailscaled ends"},
	{dialling, closed, "the dial has failed; the drain ends"},

	{pausing, dialling, "the pause is over"},
	{pausing, waiting, "the node leaves the tailnet; tailscaled ends"},
	{pausing, closed, "the drain ends"},

	{connected, closed, "tailscaled reports Ended; tailscaled ends; the drain ends"},
}

func listed(from, to state) bool {
	for _, each := range transitions {
		if each.from == from && each.to == to {
			return true
		}
	}
	return false
}

// enter is the only place where the state of a connection changes.
func (b *Broker) enter(current *connection, next state) {
	if !listed(current.state, next) {
		b.Log.Errorf("internal error: a forward's connection changes from %s to %s, which is not listed", current.state, next)
	}
	current.stopTimer()
	current.state = next
}
