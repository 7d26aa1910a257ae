package rpc

import (
	"encoding/binary"
	"errors"
	"math"
)

// coder goes through the fields of a message in their order, either to write or to
// read them, so that one function does both and they can't differ.
//
// Numbers are varints, strings and objects have their length before them. A field
// is never taken out and a new one comes last in its object: what an older node
// didn't send reads as zero, what a newer one sent beyond is skipped.
type coder struct {
	out     []byte // what was written
	in      []byte // what is left to read
	reading bool
	bad     bool // what was read is not a message; all that follows reads as zero
}

// message is what is sent: its fields in their order.
type message interface{ code(c *coder) }

var errMalformed = errors.New("rpc: malformed message")

// maxList bounds a list, whatever is said of its length.
const maxList = 1 << 16

func encode(m message) []byte {
	c := coder{}
	m.code(&c)
	return c.out
}

func decode(in []byte, m message) error {
	c := coder{in: in, reading: true}
	m.code(&c)
	if c.bad {
		return errMalformed
	}
	return nil
}

func (c *coder) fail() {
	c.bad = true
	c.in = nil
}

func (c *coder) uint(v *uint64) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, *v)
		return
	}
	*v = 0
	if len(c.in) == 0 {
		return
	}
	n := 0
	if *v, n = binary.Uvarint(c.in); n <= 0 {
		c.fail()
		*v = 0
		return
	}
	c.in = c.in[n:]
}

func (c *coder) int(v *int64) {
	u := uint64(*v<<1) ^ uint64(*v>>63)
	c.uint(&u)
	if c.reading {
		*v = int64(u>>1) ^ -int64(u&1)
	}
}

func (c *coder) bool(v *bool) {
	var u uint64
	if *v {
		u = 1
	}
	c.uint(&u)
	*v = u == 1
}

func (c *coder) float(v *float64) {
	u := math.Float64bits(*v)
	c.uint(&u)
	if c.reading {
		*v = math.Float64frombits(u)
	}
}

// small is for what fits an int.
func small[T ~int | ~uint8](c *coder, v *T) {
	i := int64(*v)
	c.int(&i)
	if c.reading {
		if *v = T(i); int64(*v) != i {
			c.fail()
		}
	}
}

// take reads a length and what it is of; a part of in, not a copy.
func (c *coder) take() []byte {
	var n uint64
	c.uint(&n)
	if n > uint64(len(c.in)) {
		c.fail()
		return nil
	}
	part := c.in[:n:n]
	c.in = c.in[n:]
	return part
}

func text[T ~string](c *coder, v *T) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(len(*v)))
		c.out = append(c.out, *v...)
		return
	}
	*v = T(c.take())
}

// bytes reads a copy, so that nobody keeps the whole message for a part of it.
func bytes[T ~[]byte](c *coder, v *T) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(len(*v)))
		c.out = append(c.out, *v...)
		return
	}
	*v = nil
	if part := c.take(); len(part) > 0 {
		*v = append(make(T, 0, len(part)), part...)
	}
}

// object is a group of fields that can grow.
func (c *coder) object(fields func()) {
	if !c.reading {
		mark := len(c.out)
		fields()
		n := len(c.out) - mark
		c.out = binary.AppendUvarint(c.out, uint64(n)) // room for the length
		prefix := len(c.out) - mark - n
		copy(c.out[mark+prefix:], c.out[mark:mark+n])
		binary.PutUvarint(c.out[mark:], uint64(n))
		return
	}
	part := c.take()
	rest := c.in
	c.in = part
	fields()
	if !c.bad {
		c.in = rest
	}
}

// list codes the elements, each an object.
func list[T any](c *coder, v *[]T, each func(c *coder, e *T)) {
	n := uint64(len(*v))
	c.uint(&n)
	if !c.reading {
		for i := range *v {
			c.object(func() { each(c, &(*v)[i]) })
		}
		return
	}
	*v = nil
	if n > maxList || n > uint64(len(c.in)) { // an element takes a byte at least
		c.fail()
		return
	}
	for range n {
		var e T
		c.object(func() { each(c, &e) })
		if c.bad {
			*v = nil
			return
		}
		*v = append(*v, e)
	}
}
