package relay

import "sync"

const (
	// smallSize is what an idle direction has. Pools of connections are idle most of the time, and a function has little
	// memory.
	smallSize = 2 << 10
	// LargeSize is the most that one direction holds between its two connections.
	LargeSize = 64 << 10
)

var large = sync.Pool{New: func() any { return new([LargeSize]byte) }}

// buffer is small until it was full once, and small again when it was not.
type buffer struct {
	bytes  []byte
	small  [smallSize]byte
	pooled *[LargeSize]byte
}

func newBuffer() *buffer {
	b := &buffer{}
	b.bytes = b.small[:]
	return b
}

// adapt chooses the size for the next read after one of n bytes.
func (b *buffer) adapt(n int) {
	switch {
	case n == len(b.bytes) && b.pooled == nil:
		b.pooled = large.Get().(*[LargeSize]byte)
		b.bytes = b.pooled[:]
	case n <= smallSize && b.pooled != nil:
		b.release()
	}
}

func (b *buffer) release() {
	if b.pooled != nil {
		large.Put(b.pooled)
		b.pooled = nil
	}
	b.bytes = b.small[:]
}
