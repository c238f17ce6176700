package relay

import "sync"

const (
	// smallSize is enough for most questions and responses. A slow reader keeps what waits for it, and a function has little
	// memory.
	smallSize = 2 << 10
	// LargeSize is the most that one direction holds between its two connections.
	LargeSize = 64 << 10
)

var (
	small = sync.Pool{New: func() any { return new([smallSize]byte) }}
	large = sync.Pool{New: func() any { return new([LargeSize]byte) }}
)

// buffer is where the bytes of one direction lie between its two connections. It has memory only between take and
// giveBack: pools of connections are idle most of the time. It is small until it was full once, and small again when it
// was not.
type buffer struct {
	isLarge bool
	small   *[smallSize]byte
	large   *[LargeSize]byte
}

func (b *buffer) take() []byte {
	if b.isLarge {
		b.large = large.Get().(*[LargeSize]byte)
		return b.large[:]
	}
	b.small = small.Get().(*[smallSize]byte)
	return b.small[:]
}

// giveBack ends the use of what take has returned, and chooses the next size after a read of n bytes.
func (b *buffer) giveBack(n int) {
	if b.isLarge {
		large.Put(b.large)
		b.large = nil
	} else {
		small.Put(b.small)
		b.small = nil
	}
	b.isLarge = n > smallSize || n == smallSize && !b.isLarge
}
