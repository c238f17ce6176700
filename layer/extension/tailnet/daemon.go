// Package tailnet runs tailscaled and its command, and speaks to tailscaled over the LocalAPI.
package tailnet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"

	"tailscale.com/feature/buildfeatures"

	"dev.tailnetproxy/layer/extension/forward/wire"
	"dev.tailnetproxy/layer/extension/rundir"
)

// Launcher knows how tailscaled and the tailscale command are started.
type Launcher struct {
	Binary      string
	Dir         rundir.Dir
	SocksPort   int
	Environment []string
	OnLogLine   func(line string) // gets every line that tailscaled writes
	// OpenForwards makes a channel for the forwards of one tailscaled, and returns that process's end. It is nil without
	// forwards.
	OpenForwards func() (*os.File, error)
}

// forwardsDescriptor is that of the second of a process's extra files.
const forwardsDescriptor = 4

// Daemon is one running tailscaled.
type Daemon struct {
	process *os.Process
	parent  *os.File // tailscaled dies when this end of the pipe closes, whatever happens to this process
	done    chan struct{}
	exit    error
	tail    *lastLogLine
}

// Start starts tailscaled. It does not wait for it to respond.
func (l *Launcher) Start() (*Daemon, error) {
	watched, parent, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer watched.Close()
	output, input, err := os.Pipe()
	if err != nil {
		parent.Close()
		return nil, err
	}
	defer input.Close()

	command := exec.Command(l.Binary, l.arguments(buildfeatures.HasOutboundProxy)...)
	command.Stdout, command.Stderr = input, input
	command.ExtraFiles = []*os.File{watched} // file descriptor 3
	command.Env = append(append([]string{}, l.Environment...), "TS_PARENT_DEATH_FD=3")
	if l.OpenForwards != nil {
		forwards, err := l.OpenForwards()
		if err != nil {
			parent.Close()
			output.Close()
			return nil, err
		}
		defer forwards.Close()
		command.ExtraFiles = append(command.ExtraFiles, forwards)
		command.Env = append(command.Env, wire.EnvironmentEntry(forwardsDescriptor))
	}
	// A group of its own: a signal to the extension's group must not end it before it was logged out.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		parent.Close()
		output.Close()
		return nil, fmt.Errorf("starting %s: %w", l.Binary, err)
	}
	daemon := &Daemon{process: command.Process, parent: parent, done: make(chan struct{}), tail: &lastLogLine{}}
	outputRead := make(chan struct{})
	go func() {
		defer close(outputRead)
		defer output.Close()
		daemon.readOutput(output, l.OnLogLine)
	}()
	go func() {
		err := command.Wait()
		<-outputRead // the last log line is usually the reason
		parent.Close()
		daemon.exit = err
		close(daemon.done)
	}()
	return daemon, nil
}

// arguments are those of tailscaled. That of a subnet router has no outbound proxy built in: with the shields down it would
// serve the whole tailnet, because a node's ports are those of its host's loopback interface.
func (l *Launcher) arguments(outboundProxy bool) []string {
	arguments := []string{
		"--tun=userspace-networking",
		"--state=mem:",
		"--statedir=" + l.Dir.DaemonDir(),
		"--socket=" + l.Dir.Socket(),
		"--port=0", // or tailscaled would take the PORT that web frameworks listen on
	}
	if outboundProxy {
		address := "127.0.0.1:" + strconv.Itoa(l.SocksPort)
		arguments = append(arguments, "--socks5-server="+address, "--outbound-http-proxy-listen="+address)
	}
	return arguments
}

func (d *Daemon) readOutput(output io.Reader, onLogLine func(string)) {
	lines := bufio.NewReaderSize(output, 4096)
	for {
		// A line that is longer than the buffer arrives in pieces, so that memory does not grow with the line.
		line, _, err := lines.ReadLine()
		if err != nil {
			return
		}
		d.tail.add(string(line))
		onLogLine(string(line))
	}
}

// Done is closed when the process has ended and all its output was read.
func (d *Daemon) Done() <-chan struct{} { return d.done }

// ExitReason describes the end; call it after Done is closed.
func (d *Daemon) ExitReason() string {
	how := "ended with status 0"
	if d.exit != nil {
		how = "ended with " + d.exit.Error()
	}
	var exit *exec.ExitError
	killed := errors.As(d.exit, &exit) && !exit.Exited()
	if last := d.tail.last(); last != "" && !killed {
		how += `, its last log line: "` + last + `"`
	}
	return how
}

// Terminate asks tailscaled to stop; with its state in memory it then also tries to log out.
func (d *Daemon) Terminate() { _ = d.process.Signal(syscall.SIGTERM) }

// Kill ends tailscaled at once.
func (d *Daemon) Kill() { _ = d.process.Kill() }

// lastLogLine remembers the end of the output.
type lastLogLine struct {
	mu   sync.Mutex
	line string
}

func (l *lastLogLine) add(line string) {
	const longest = 300
	if line == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = line[:min(len(line), longest)]
}

func (l *lastLogLine) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.line
}
