package relay_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"dev.tailnetproxy/layer/extension/forward/relay"
)

// setting is a relay between a client and a target on loopback; both ends belong to the test.
type setting struct {
	t              *testing.T
	client, target *net.TCPConn
	ended          chan error
}

func start(t *testing.T) *setting {
	t.Helper()
	client, relayClient := pair(t)
	relayTarget, target := pair(t)
	s := &setting{t: t, client: client, target: target, ended: make(chan error, 1)}
	near, err := relay.NewClient(relayClient)
	must(t, err)
	far, err := relay.NewClient(relayTarget)
	must(t, err)
	go func() { s.ended <- relay.Run(near, far) }()
	return s
}

func pair(t *testing.T) (dialled, accepted *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	one, err := net.Dial("tcp4", listener.Addr().String())
	must(t, err)
	other, err := listener.Accept()
	must(t, err)
	t.Cleanup(func() { one.Close(); other.Close() })
	return one.(*net.TCPConn), other.(*net.TCPConn)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func reset(connection *net.TCPConn) {
	_ = connection.SetLinger(0)
	_ = connection.Close()
}

func randomBytes(seed byte, n int) []byte {
	content := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(content)
	return content
}

func TestBytesGoBothWaysUnchanged(t *testing.T) {
	s := start(t)
	const size = 20 << 20
	there, back := randomBytes(1, size), randomBytes(2, size)
	var writers sync.WaitGroup
	send := func(connection *net.TCPConn, content []byte) {
		writers.Go(func() {
			for len(content) > 0 { // pieces of every size, small ones included
				n := min(len(content), 1+rand.IntN(200_000))
				if _, err := connection.Write(content[:n]); err != nil {
					t.Error(err)
					return
				}
				content = content[n:]
			}
			if err := connection.CloseWrite(); err != nil {
				t.Error(err)
			}
		})
	}
	send(s.client, there)
	send(s.target, back)
	sums := make(chan [32]byte, 1)
	go func() {
		got, _ := io.ReadAll(s.target)
		sums <- sha256.Sum256(got)
	}()
	got, err := io.ReadAll(s.client)
	must(t, err)
	if sha256.Sum256(got) != sha256.Sum256(back) || <-sums != sha256.Sum256(there) {
		t.Error("the bytes have changed")
	}
	writers.Wait()
	must(t, <-s.ended)
}

func TestClientThatEndsItsDirectionGetsTheRest(t *testing.T) {
	s := start(t)
	_, err := s.client.Write([]byte("question"))
	must(t, err)
	must(t, s.client.CloseWrite())
	question, err := io.ReadAll(s.target) // the end of the direction arrives
	must(t, err)
	_, err = s.target.Write([]byte("response to " + string(question)))
	must(t, err)
	must(t, s.target.Close())
	response, err := io.ReadAll(s.client)
	must(t, err)
	if string(response) != "response to question" {
		t.Errorf("%q", response)
	}
	must(t, <-s.ended)
}

func TestTargetThatEndsItsDirectionGetsTheRest(t *testing.T) {
	s := start(t)
	must(t, s.target.CloseWrite())
	_, err := io.ReadAll(s.client)
	must(t, err)
	_, err = s.client.Write([]byte("late"))
	must(t, err)
	must(t, s.client.Close())
	late, err := io.ReadAll(s.target)
	must(t, err)
	if string(late) != "late" {
		t.Errorf("%q", late)
	}
	must(t, <-s.ended)
}

func TestResetArrivesAsAReset(t *testing.T) {
	for name, ends := range map[string]func(*setting) (broken, other *net.TCPConn){
		"of the target": func(s *setting) (*net.TCPConn, *net.TCPConn) { return s.target, s.client },
		"of the client": func(s *setting) (*net.TCPConn, *net.TCPConn) { return s.client, s.target },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			broken, other := ends(s)
			_, err := other.Write([]byte("x"))
			must(t, err)
			_, err = io.ReadFull(broken, make([]byte, 1))
			must(t, err)
			reset(broken)
			if _, err := io.ReadAll(other); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("the other side sees %v", err)
			}
			if err := <-s.ended; err == nil {
				t.Error("the relay tells of no failure")
			}
		})
	}
}

// A client that has ended its direction and then goes leaves a target that waits for nothing.
func TestResetAfterTheEndOfADirectionArrives(t *testing.T) {
	s := start(t)
	must(t, s.client.CloseWrite())
	_, err := io.ReadAll(s.target)
	must(t, err)
	reset(s.client)
	if err := <-s.ended; err == nil {
		t.Error("the relay tells of no failure")
	}
	if _, err := s.target.Write([]byte("x")); err == nil {
		t.Error("the target is not reset")
	}
}

func TestResetInMidStreamIsNoEndOfData(t *testing.T) {
	s := start(t)
	go func() {
		_, _ = s.target.Write(randomBytes(3, 1<<20))
		reset(s.target)
	}()
	if n, err := io.Copy(io.Discard, s.client); err == nil && n < 1<<20 {
		t.Errorf("%d bytes, and then an ordinary end", n)
	}
	<-s.ended
}

// A reader that does not read stops the writer: what is in between is bounded.
func TestSlowReaderHoldsUpTheWriter(t *testing.T) {
	s := start(t)
	for _, connection := range []*net.TCPConn{s.client, s.target} {
		must(t, connection.SetReadBuffer(64<<10))
		must(t, connection.SetWriteBuffer(64<<10))
	}
	const much = 256 << 20
	must(t, s.client.SetWriteDeadline(time.Now().Add(2*time.Second)))
	sent := 0
	piece := make([]byte, 64<<10)
	var err error
	for sent < much && err == nil {
		var n int
		n, err = s.client.Write(piece)
		sent += n
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%d bytes went somewhere, %v", sent, err)
	}
	must(t, s.client.CloseWrite())
	arrived, err := io.Copy(io.Discard, s.target) // nothing of it is lost
	must(t, err)
	if arrived != int64(sent) {
		t.Errorf("%d bytes of %d arrived", arrived, sent)
	}
}

// pipe is a Conn that tells how large the reads are.
type pipe struct {
	bytes.Buffer
	sizes *[]int
}

func (p *pipe) Read(buffer []byte) (int, error) {
	*p.sizes = append(*p.sizes, len(buffer))
	return p.Buffer.Read(buffer)
}
func (p *pipe) Await() error      { return nil }
func (p *pipe) CloseWrite() error { return nil }
func (p *pipe) Close() error      { return nil }
func (p *pipe) Reset()            {}

func TestNoDirectionHoldsMoreThan64KiB(t *testing.T) {
	var sizes, others []int
	from, to := &pipe{sizes: &sizes}, &pipe{sizes: &others}
	from.Write(make([]byte, 1<<20))
	must(t, relay.Run(from, &silent{to}))
	largest := 0
	for _, size := range sizes {
		largest = max(largest, size)
	}
	if largest != relay.LargeSize || sizes[0] > 4<<10 || sizes[len(sizes)-1] > largest {
		t.Errorf("reads of %v bytes", sizes)
	}
}

// silent sends nothing.
type silent struct{ *pipe }

func (s *silent) Read([]byte) (int, error) { return 0, io.EOF }

func TestDirectionReturnsToASmallBuffer(t *testing.T) {
	var sizes, others []int
	from, to := &pieces{pipe: pipe{sizes: &sizes}, lengths: []int{2 << 10, 64 << 10, 10, 10}}, &pipe{sizes: &others}
	must(t, relay.Run(from, &silent{to}))
	if want := []int{2 << 10, 64 << 10, 64 << 10, 2 << 10, 2 << 10}; len(sizes) != len(want) {
		t.Errorf("reads of %v bytes", sizes)
	} else {
		for i := range want {
			if sizes[i] != want[i] {
				t.Errorf("read %d of %d bytes, not %d", i, sizes[i], want[i])
			}
		}
	}
}

// The wait comes before the buffer: a Read that has to wait would keep one.
func TestNothingIsReadBeforeThereIsSomething(t *testing.T) {
	var sizes, others []int
	from, to := &patient{pipe: pipe{sizes: &sizes}}, &pipe{sizes: &others}
	from.Write(make([]byte, 100_000))
	must(t, relay.Run(from, &silent{to}))
	if from.early > 0 || len(sizes) == 0 {
		t.Errorf("%d of %d reads without a wait", from.early, len(sizes))
	}
}

// patient counts reads that no wait came before.
type patient struct {
	pipe
	waited bool
	early  int
}

func (p *patient) Await() error {
	p.waited = true
	return nil
}

func (p *patient) Read(buffer []byte) (int, error) {
	if !p.waited {
		p.early++
	}
	p.waited = false
	return p.pipe.Read(buffer)
}

// pieces sends pieces of these lengths.
type pieces struct {
	pipe
	lengths []int
}

func (p *pieces) Read(buffer []byte) (int, error) {
	*p.sizes = append(*p.sizes, len(buffer))
	if len(p.lengths) == 0 {
		return 0, io.EOF
	}
	n := p.lengths[0]
	p.lengths = p.lengths[1:]
	return n, nil
}

// The client's side of a process that is killed: the system closes the connection, and the client gets a reset.
func TestConnectionThatIsDroppedIsReset(t *testing.T) {
	client, accepted := pair(t)
	_, err := relay.NewClient(accepted)
	must(t, err)
	must(t, accepted.Close()) // as the end of the process does it
	if _, err := io.ReadAll(client); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v", err)
	}
}
