package extension_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// fixtureVariable tells the fakes where the test listens.
const fixtureVariable = "STAGE"

// childProcess is what a fake tells about how it was called.
type childProcess struct {
	Args    []string
	Env     []string
	Pid     int
	Key     string // content of the key file, of the command only
	KeyMode string
}

// order is what the test responses.
type instruction struct {
	Print string
	Exit  *int
}

func callTest(path string, message any) instruction {
	body, _ := json.Marshal(message)
	response, err := http.Post("http://"+os.Getenv(fixtureVariable)+path, "application/json", bytes.NewReader(body))
	if err != nil {
		os.Exit(99) // the test is over
	}
	defer response.Body.Close()
	var received instruction
	_ = json.NewDecoder(response.Body).Decode(&received)
	return received
}

func flagValue(args []string, name string) string {
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--"+name+"="); ok {
			return value
		}
	}
	return ""
}

// runFakeDaemon is a tailscaled whose LocalAPI the test serves and that does what the test instructions.
func runFakeDaemon(args []string) int {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() { // as the real one: gone with its parent
		_, _ = os.NewFile(3, "parent").Read(make([]byte, 1))
		os.Exit(98)
	}()
	callTest("/daemon/started", childProcess{Args: args, Env: os.Environ(), Pid: os.Getpid()})
	_ = os.Remove(flagValue(args, "socket")) // a predecessor's, as the real one does
	listener, err := net.Listen("unix", flagValue(args, "socket"))
	if err != nil {
		fmt.Println(err)
		return 97
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go bridge(client)
		}
	}()
	serveForwards()
	exit := make(chan int)
	go func() {
		for {
			next := callTest("/daemon/order", nil)
			if next.Print != "" {
				fmt.Println(next.Print)
			}
			if next.Exit != nil {
				exit <- *next.Exit
			}
		}
	}()
	go func() {
		for range terminated {
			if received := callTest("/daemon/sigterm", nil); received.Exit != nil {
				exit <- *received.Exit
			}
		}
	}()
	return <-exit
}

// bridge connects a client of the socket with the test.
func bridge(client net.Conn) {
	defer client.Close()
	test, err := net.Dial("tcp", os.Getenv(fixtureVariable))
	if err != nil {
		return
	}
	defer test.Close()
	go func() { _, _ = io.Copy(test, client) }()
	_, _ = io.Copy(client, test)
}

// runFakeCommand is a `tailscale up` that ends as the test says.
func runFakeCommand(args []string) int {
	called := childProcess{Args: args, Env: os.Environ(), Pid: os.Getpid()}
	for _, name := range []string{"auth-key", "id-token"} {
		if file, ok := strings.CutPrefix(flagValue(args, name), "file:"); ok {
			content, _ := os.ReadFile(file)
			called.Key = string(content)
			if info, err := os.Stat(file); err == nil {
				called.KeyMode = info.Mode().String()
			}
		}
	}
	received := callTest("/up", called)
	fmt.Fprint(os.Stderr, received.Print)
	if received.Exit == nil {
		return 0
	}
	return *received.Exit
}
