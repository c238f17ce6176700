// Package relay carries the bytes of a client's connection to its target and back.
package relay

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// Conn is a connection whose two directions end independently.
type Conn interface {
	io.ReadWriter
	// Await returns when Read has something to return: bytes, an end or an error.
	Await() error
	// CloseWrite tells the other side that nothing more comes; what it still sends arrives.
	CloseWrite() error
	// Close ends the connection in order: what was written arrives first.
	Close() error
	// Reset ends the connection at once, so that the other side gets an error and no end of data.
	Reset()
}

// leaver is a Conn that can tell, after the end of what it sends, when nobody is there any more who reads.
type leaver interface {
	AwaitReset() error
	StopReading()
}

// Run returns when both directions have ended. Its error is what broke the connection; both sides have been reset then.
func Run(client, target Conn) error {
	r := &run{client: client, target: target}
	var fromClient sync.WaitGroup
	fromClient.Go(func() {
		if r.carry(client, target, "from the client") {
			r.awaitReset()
		}
	})
	r.carry(target, client, "from the target")
	fromClient.Wait()
	if r.failure != nil {
		return r.failure
	}
	return errors.Join(client.Close(), target.Close())
}

// run is one call of Run.
type run struct {
	client, target Conn
	ended          atomic.Int32 // directions
	resetting      sync.Once
	failure        error
}

// carry carries one direction, and tells whether its end was an orderly one.
func (r *run) carry(from, to Conn, name string) bool {
	err := carryBytes(to, from)
	if err != nil {
		r.fail(fmt.Errorf("%s: %w", name, err))
	}
	// Whichever direction is the second to end, a client that is waited for is waited for no longer.
	if watched, ok := r.client.(leaver); ok && r.ended.Add(1) == 2 {
		watched.StopReading()
	}
	return err == nil
}

// awaitReset ends the connection of a client that is gone. Without it a target that never ends and never sends would keep
// a connection of nobody.
func (r *run) awaitReset() {
	if watched, ok := r.client.(leaver); ok && watched.AwaitReset() == nil {
		r.fail(errors.New("from the client: it is gone"))
	}
}

func (r *run) fail(err error) {
	r.resetting.Do(func() {
		r.failure = err
		r.client.Reset()
		r.target.Reset()
	})
}

// direction is one direction of a connection.
type direction struct {
	to, from Conn
	buffer   buffer
	work     sync.WaitGroup
	ended    bool
	failure  error
}

// carryBytes carries one direction until its end. It waits with a small stack: those of reading and writing are several
// times as large, so they belong to a goroutine that ends when there is nothing more to carry.
func carryBytes(to, from Conn) error {
	d := &direction{to: to, from: from}
	for !d.ended && d.failure == nil {
		if err := from.Await(); err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		d.work.Go(d.carry)
		d.work.Wait()
	}
	return d.failure
}

// carry carries what there is at the moment.
func (d *direction) carry() {
	space := d.buffer.take()
	n, err := d.from.Read(space)
	defer func() { d.buffer.giveBack(n) }()
	if n > 0 {
		if _, writing := d.to.Write(space[:n]); writing != nil {
			d.failure = fmt.Errorf("writing: %w", writing)
			return
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		d.ended = true
		if err := d.to.CloseWrite(); err != nil {
			d.failure = fmt.Errorf("ending the direction: %w", err)
		}
	case err != nil:
		d.failure = fmt.Errorf("reading: %w", err)
	}
}
