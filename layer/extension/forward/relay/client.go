package relay

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// Client is the Conn of a connection of the system.
type Client struct {
	*net.TCPConn
	raw syscall.RawConn
}

// NewClient makes the connection one that is reset by default: if this process is killed, the system resets it, so that
// the client notices an error and not the end of the data. Only an orderly end takes that back.
func NewClient(connection *net.TCPConn) (Client, error) {
	raw, err := connection.SyscallConn()
	return Client{connection, raw}, errors.Join(err, connection.SetLinger(0), connection.SetNoDelay(true))
}

// Await waits until there is something to read. An error is returned here, because the system tells of it once only.
func (c Client) Await() error {
	var failure error
	err := c.raw.Read(func(descriptor uintptr) (done bool) {
		done, failure = isReadable(int(descriptor))
		return done
	})
	return errors.Join(err, failure)
}

// isReadable looks without taking bytes away. The end is something to read, too.
func isReadable(descriptor int) (bool, error) {
	var first [1]byte
	_, _, err := syscall.Recvfrom(descriptor, first[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	switch {
	case errors.Is(err, syscall.EAGAIN):
		return false, nil
	case errors.Is(err, syscall.EINTR):
		return true, nil // Read waits, if need be
	default:
		return true, err
	}
}

// AwaitReset returns nil when a client that has ended its direction is gone altogether. Its end alone does not show that:
// it may still read. The keep-alive probes, which Go's listeners turn on, make the system of a client that is gone send a
// reset. StopReading ends the wait with an error.
func (c Client) AwaitReset() error { return c.raw.Read(isBroken) }

func isBroken(descriptor uintptr) bool {
	broken, err := syscall.GetsockoptInt(int(descriptor), syscall.SOL_SOCKET, syscall.SO_ERROR)
	return broken != 0 || err != nil
}

// StopReading is for a connection that nobody reads from any more.
func (c Client) StopReading() { _ = c.SetReadDeadline(time.Unix(1, 0)) }

// Close ends the connection in order.
func (c Client) Close() error {
	return errors.Join(c.SetLinger(-1), c.TCPConn.Close())
}

// Reset ends the connection at once.
func (c Client) Reset() {
	_ = c.SetLinger(0)
	_ = c.TCPConn.Close() // it may be closed already
}
