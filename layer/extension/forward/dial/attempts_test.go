package dial

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// end is what becomes of a dial, after a time.
type end struct {
	after time.Duration
	err   error
}

// connection counts its end.
type connection struct {
	net.Conn
	number int
	closed *atomic.Int32
}

func (c connection) Close() error {
	c.closed.Add(1)
	return nil
}

var refused = errors.New("connection was refused")

func TestFirstConnectionOfSeveralDialsIsTaken(t *testing.T) {
	never := end{after: time.Hour}
	for name, c := range map[string]struct {
		dials  []end
		taken  int // number of the dial; -1: none
		closed int // connections that came too late
	}{
		"a dial that connects":              {[]end{{after: attemptDelay - 1}}, 0, 0},
		"a dial that is refused":            {[]end{{err: refused}}, -1, 0},
		"a silent dial":                     {[]end{never, {}}, 1, 0},
		"a slow dial":                       {[]end{{after: attemptDelay + 2}, {after: time.Second}}, 0, 1},
		"a dial that connects too late":     {[]end{{after: attemptDelay + 2}, {after: 1}}, 1, 1},
		"further dials that are refused":    {[]end{{after: 2 * time.Second}, {err: refused}, {err: refused}, {err: refused}, {err: refused}}, 0, 0},
		"a first dial that is refused late": {[]end{{after: time.Second, err: refused}, never, never}, -1, 0},
		"silent dials":                      {[]end{never, never, never, never, {}}, 4, 0},
		"silence beyond the last dial":      {[]end{{after: time.Minute, err: refused}, never, never, never, never}, -1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var begun, closed atomic.Int32
				got, err := dialRepeatedly(t.Context(), func(ctx context.Context) (net.Conn, error) {
					number := int(begun.Add(1)) - 1
					own := c.dials[number]
					select {
					case <-time.After(own.after):
					case <-ctx.Done(): // perhaps with a connection already
						if own == never {
							return nil, ctx.Err()
						}
					}
					if own.err != nil {
						return nil, own.err
					}
					return connection{number: number, closed: &closed}, nil
				})
				synctest.Wait()
				taken := -1
				if got != nil {
					taken = got.(connection).number
				}
				if taken != c.taken || (taken < 0) != errors.Is(err, refused) {
					t.Errorf("dial %d is taken, %v", taken, err)
				}
				if int(begun.Load()) != len(c.dials) || int(closed.Load()) != c.closed {
					t.Errorf("%d dials, %d of them closed", begun.Load(), closed.Load())
				}
			})
		})
	}
}

func TestDialsEndWithTheirDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := dialRepeatedly(ctx, func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
