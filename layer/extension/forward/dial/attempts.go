package dial

import (
	"context"
	"net"
	"time"
)

const (
	// attemptDelay is how long a dial is silent before another one begins beside it, the same as the proxy's.
	attemptDelay = 400 * time.Millisecond
	maxFurther   = 4
)

// attempt is what became of one dial.
type attempt struct {
	connection net.Conn
	err        error
	isFirst    bool
}

// dialRepeatedly returns the first connection of up to five dials, of which each begins when the ones before are silent
// (RFC 8305 section 5). The first dial decides when there is none: its failure is returned, and the others end with it.
//
// A dial comes from a random port. Where the target's node still remembers a connection from that port (TIME-WAIT, RFC 9293
// section 3.6.1), it does not take the new one, and the dial is silent until its end.
func dialRepeatedly(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	attempts, over := make(chan attempt), make(chan struct{})
	defer close(over)
	begin := func(number int) {
		connection, err := dial(ctx)
		select {
		case attempts <- attempt{connection, err, number == 0}:
		case <-over:
			if connection != nil {
				_ = connection.Close()
			}
		}
	}
	go begin(0)
	further := time.NewTicker(attemptDelay)
	defer further.Stop()
	for begun := 1; ; {
		select {
		case got := <-attempts:
			if got.err == nil || got.isFirst {
				return got.connection, got.err
			}
		case <-further.C:
			go begin(begun)
			if begun == maxFurther {
				further.Stop()
			}
			begun++
		}
	}
}
