package pace

import (
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// drip gives so many bytes at each interval, as a connection with a deadline
// does; after that it fails.
type drip struct {
	bytes    int
	interval time.Duration
	deadline time.Time
}

func (d *drip) setDeadline(at time.Time) error { d.deadline = at; return nil }

func (d *drip) Read(p []byte) (int, error) {
	<-time.After(min(d.interval, time.Until(d.deadline)))
	if !time.Now().Before(d.deadline) {
		return 0, io.ErrUnexpectedEOF
	}
	return min(d.bytes, len(p)), nil
}

// What trickles is cut soon, however much was told to come; what comes at the
// least rate is not.
func TestTrickle(t *testing.T) {
	for _, test := range []struct {
		bytes    int
		interval time.Duration
		length   int64
		least    time.Duration
		most     time.Duration
	}{
		{1, 20 * time.Second, 1 << 30, 59 * time.Second, 61 * time.Second},
		{8 << 10, time.Second, 1 << 30, 115 * time.Second, 125 * time.Second}, // at half the rate
		{20 << 10, time.Second, 1 << 30, time.Hour, time.Hour},
		{20 << 10, time.Second, 1 << 20, 120 * time.Second, 130 * time.Second}, // more than was told
		{1 << 20, 31 * time.Second, 1 << 30, 29 * time.Second, 31 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &drip{bytes: test.bytes, interval: test.interval}
			body := &reader{body: d, deadline: newDeadline(test.length, d.setDeadline)}
			began, buffer := time.Now(), make([]byte, 1<<20)
			for time.Since(began) < time.Hour {
				if _, err := body.Read(buffer); err != nil {
					break
				}
			}
			if lasted := time.Since(began); lasted < test.least || lasted > test.most {
				t.Errorf("%d bytes each %v lasted %v", test.bytes, test.interval, lasted)
			}
		})
	}
}
