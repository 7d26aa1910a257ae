package bench

import (
	"math/bits"
	"time"
)

// histogram counts durations in buckets that are 1/32 wide, from a
// microsecond to hours. Not for several goroutines at once.
type histogram struct {
	counts [64 * 32]int64
	n      int64
	max    time.Duration
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucket(uint64(max(d, 0)/time.Microsecond))]++
	h.n++
	h.max = max(h.max, d)
}

func (h *histogram) merge(o *histogram) {
	for i, c := range o.counts {
		h.counts[i] += c
	}
	h.n += o.n
	h.max = max(h.max, o.max)
}

// quantile is the upper end of the bucket in which q of all lie.
func (h *histogram) quantile(q float64) time.Duration {
	want := int64(q * float64(h.n))
	for i, c := range h.counts {
		if want -= c; want < 0 {
			return min(h.max, time.Duration(bucketEnd(i))*time.Microsecond)
		}
	}
	return h.max
}

// bucket: exact below 32, then 32 buckets for each power of two.
func bucket(us uint64) int {
	if us < 32 {
		return int(us)
	}
	shift := bits.Len64(us) - 6
	return (shift+1)*32 + int(us>>shift) - 32
}

func bucketEnd(i int) uint64 {
	if i < 32 {
		return uint64(i)
	}
	shift := i/32 - 1
	return uint64(i%32+32+1)<<shift - 1
}
