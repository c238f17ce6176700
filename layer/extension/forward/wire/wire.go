// Package wire connects the extension with the tailscaled that it has started: the extension hands over a client's
// connection as a file descriptor, and tailscaled, which has the tailnet's network in its memory, carries the bytes. So no
// byte takes the way through the extension, and the connections end with the process that carries them.
//
// The channel keeps the limits of messages (SOCK_SEQPACKET). It has no name in a file system, so nobody else can connect
// to it.
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"dev.tailnetproxy/layer/extension/forward"
)

// Order is what the extension tells tailscaled.
type Order struct {
	Kind OrderKind `json:"kind"`
	// ID names a client's connection; the extension never uses one again.
	ID     uint64         `json:"id,omitempty"`
	Target forward.Target `json:"target,omitzero"`
}

// OrderKind is a word of the extension's language.
type OrderKind string

const (
	// Dial hands over a client's connection and asks for one to its target.
	Dial OrderKind = "dial"
	// Cancel ends a dial whose result the extension no longer wants. It has no effect on what is connected.
	Cancel OrderKind = "cancel"
	// Probe asks for the reset of all connections that cannot be alive any more.
	Probe OrderKind = "probe"
	// ResetAll ends every connection by a reset.
	ResetAll OrderKind = "resetAll"
)

// Report is what tailscaled tells the extension about one connection.
type Report struct {
	Kind ReportKind `json:"kind"`
	ID   uint64     `json:"id"`
	// Cause and Reason are there when a dial failed or was cancelled, or a connection broke.
	Cause  Cause  `json:"cause,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// ReportKind is a word of tailscaled's language.
type ReportKind string

const (
	// Connected says that bytes pass; the client's connection belongs to tailscaled alone from then on.
	Connected ReportKind = "connected"
	// Failed says that the dial has failed; the client's connection is untouched.
	Failed ReportKind = "failed"
	// Ended says that a connection that was Connected is closed.
	Ended ReportKind = "ended"
)

// Cause is why there is no connection to the target. It is stable: the log counts by it.
type Cause string

const (
	NotAllowed        Cause = "NotAllowed"        // a built-in refusal; nothing was dialled
	NotJoined         Cause = "NotJoined"         // the node has no place in the tailnet; nothing was dialled
	NoTailnetRoute    Cause = "NoTailnetRoute"    // no node routes the address; nothing was dialled
	NameNotFound      Cause = "NameNotFound"      // the tailnet resolves no such name
	NameServerFailed  Cause = "NameServerFailed"  // the tailnet's resolver does not say
	ConnectionRefused Cause = "ConnectionRefused" // the target, or a node on the way, refused at once
	Timeout           Cause = "Timeout"           // silence
	Cancelled         Cause = "Cancelled"         // by Cancel, or because tailscaled stops
	ConnectionReset   Cause = "ConnectionReset"   // a connection broke
	NotAlive          Cause = "NotAlive"          // nothing came from the target after a freeze or a new registration
	InternalError     Cause = "InternalError"
)

// Channel is one end. Receive is called by one goroutine at a time, Send by any.
type Channel struct {
	connection *net.UnixConn
	sending    sync.Mutex
	// text and rights are where Receive reads to; it is called for each connection, and the memory of a function is small.
	text, rights []byte
}

const (
	maxMessage = 4096
	// sendTimeout is for a process that does not read: the channel is of no use then.
	sendTimeout = time.Second
)

// Variable tells tailscaled which file descriptor is its end of the channel.
const Variable = "TS_LAMBDA_FORWARDS"

// EnvironmentEntry is what tailscaled's environment needs when its end has this file descriptor.
func EnvironmentEntry(descriptor int) string { return fmt.Sprintf("%s=%d", Variable, descriptor) }

// Inherited is the end that this process was started with, nil if there is none.
func Inherited(getenv func(string) string) *os.File {
	descriptor, err := strconv.ParseUint(getenv(Variable), 10, 31)
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(descriptor), "forwards")
}

// ErrNoConnection is for a message that came without the connection that belongs to it: the process that receives it has
// no file descriptors left.
var ErrNoConnection = errors.New("the connection could not be received: no file descriptors left")

// NewPair makes a channel. The file is the other process's end; the caller closes it when that process has started.
func NewPair() (*Channel, *os.File, error) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the channel to tailscaled: %w", err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "forwards")
	channel, err := Open(os.NewFile(uintptr(pair[0]), "forwards"))
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return channel, theirs, nil
}

// Open makes a channel of an end that another process has made, and closes the file.
func Open(file *os.File) (*Channel, error) {
	defer file.Close()
	connection, err := net.FileConn(file)
	if err != nil {
		return nil, fmt.Errorf("the channel between extension and tailscaled: %w", err)
	}
	unix, ok := connection.(*net.UnixConn)
	if !ok {
		connection.Close()
		return nil, fmt.Errorf("the channel between extension and tailscaled is a %T", connection)
	}
	return &Channel{
		connection: unix, text: make([]byte, maxMessage+1), rights: make([]byte, syscall.CmsgSpace(4)),
	}, nil
}

// Close ends the channel; the other end sees it.
func (c *Channel) Close() { _ = c.connection.Close() }

// Send sends a message, and with it a connection unless it is nil. The connection stays open at this end, too.
func (c *Channel) Send(message any, connection *net.TCPConn) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if len(text) > maxMessage {
		return fmt.Errorf("a message of %d bytes is too long", len(text))
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	if err := c.connection.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	if connection == nil {
		_, _, err = c.connection.WriteMsgUnix(text, nil, nil)
		return err
	}
	raw, err := connection.SyscallConn()
	if err != nil {
		return err
	}
	var sending error
	err = raw.Control(func(descriptor uintptr) {
		_, _, sending = c.connection.WriteMsgUnix(text, syscall.UnixRights(int(descriptor)), nil)
	})
	return errors.Join(err, sending)
}

// Receive waits for a message, and returns the connection that came with it, if any. With ErrNoConnection the message
// itself is there.
func (c *Channel) Receive(message any) (*net.TCPConn, error) {
	n, rightsLength, flags, _, err := c.connection.ReadMsgUnix(c.text, c.rights)
	if err != nil {
		return nil, err
	}
	connection, err := takeConnection(c.rights[:rightsLength])
	switch {
	case n == 0:
		return nil, io.EOF
	case flags&syscall.MSG_CTRUNC != 0:
		err = ErrNoConnection
	}
	if decoding := json.Unmarshal(c.text[:n], message); decoding != nil || n > maxMessage {
		if connection != nil {
			connection.Close()
		}
		return nil, fmt.Errorf("a message that cannot be read: %w", decoding)
	}
	return connection, err
}

func takeConnection(rights []byte) (*net.TCPConn, error) {
	if len(rights) == 0 {
		return nil, nil
	}
	messages, err := syscall.ParseSocketControlMessage(rights)
	if err != nil || len(messages) != 1 {
		return nil, errors.Join(ErrNoConnection, err)
	}
	descriptors, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(descriptors) != 1 {
		return nil, errors.Join(ErrNoConnection, err)
	}
	file := os.NewFile(uintptr(descriptors[0]), "client")
	defer file.Close()
	connection, err := net.FileConn(file) // a copy of its own
	if err != nil {
		return nil, errors.Join(ErrNoConnection, err)
	}
	tcp, ok := connection.(*net.TCPConn)
	if !ok {
		connection.Close()
		return nil, fmt.Errorf("a %T instead of a client's connection", connection)
	}
	return tcp, nil
}
