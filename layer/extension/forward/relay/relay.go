// Package relay carries the bytes of a client's connection to its target and back.
package relay

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// Conn is a connection whose two directions end independently.
type Conn interface {
	io.ReadWriter
	// CloseWrite tells the other side that nothing more comes; what it still sends arrives.
	CloseWrite() error
	// Close ends the connection in order: what was written arrives first.
	Close() error
	// Reset ends the connection at once, so that the other side gets an error and no end of data.
	Reset()
}

// Client is the Conn of a connection of the system.
type Client struct{ *net.TCPConn }

// NewClient makes the connection one that is reset by default: if this process is killed, the system resets it, so that
// the client notices an error and not the end of the data. Only an orderly end takes that back.
func NewClient(connection *net.TCPConn) (Client, error) {
	return Client{connection}, errors.Join(connection.SetLinger(0), connection.SetNoDelay(true))
}

// Close ends the connection in order.
func (c Client) Close() error {
	return errors.Join(c.SetLinger(-1), c.TCPConn.Close())
}

// Reset ends the connection at once.
func (c Client) Reset() {
	_ = c.SetLinger(0)
	_ = c.TCPConn.Close() // it may be closed already
}

// Run returns when both directions have ended. Its error is what broke the connection; both sides have been reset then.
func Run(client, target Conn) error {
	var resetting sync.Once
	var failure error
	fail := func(err error) {
		resetting.Do(func() {
			failure = err
			client.Reset()
			target.Reset()
		})
	}
	var other sync.WaitGroup
	carry := func(from, to Conn, name string) {
		if err := carryBytes(to, from); err != nil {
			fail(fmt.Errorf("%s: %w", name, err))
		}
	}
	other.Go(func() { carry(client, target, "from the client") })
	carry(target, client, "from the target")
	other.Wait()
	if failure != nil {
		return failure
	}
	return errors.Join(client.Close(), target.Close())
}

// carryBytes carries one direction until its end.
func carryBytes(to, from Conn) error {
	buffer := newBuffer()
	defer buffer.release()
	for {
		n, err := from.Read(buffer.bytes)
		if n > 0 {
			if _, err := to.Write(buffer.bytes[:n]); err != nil {
				return fmt.Errorf("writing: %w", err)
			}
			buffer.adapt(n)
		}
		if errors.Is(err, io.EOF) {
			if err := to.CloseWrite(); err != nil {
				return fmt.Errorf("ending the direction: %w", err)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
	}
}
