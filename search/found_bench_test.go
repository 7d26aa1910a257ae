package search

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// BenchmarkFound is about how long after its commit a message is found, while another
// one posts at a rate, as far as commits allow.
func BenchmarkFound(b *testing.B) {
	for _, rate := range []int{0, 100, 1000} {
		b.Run(fmt.Sprint("posts=", rate, "/s"), func(b *testing.B) {
			bed := newBed(b, 1)
			stop := bed.talk(rate)
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				word := fmt.Sprint("needle", i)
				bed.Post(bed.Users[0].ID, word)
				posted := time.Now()
				for bed.find(0, word).Total == 0 {
					pause(b.Context(), time.Millisecond)
				}
				took = append(took, time.Since(posted))
			}
			b.ReportMetric(float64(stop())/b.Elapsed().Seconds(), "posts/s")
			slices.Sort(took)
			for _, at := range []int{50, 99} {
				b.ReportMetric(took[(len(took)-1)*at/100].Seconds()*1000, fmt.Sprint("p", at, "-ms"))
			}
		})
	}
}

// talk posts so many messages a second until stop, which tells how many there were.
func (b *bed) talk(rate int) (stop func() int) {
	if rate == 0 {
		return func() int { return 0 }
	}
	done, posted := make(chan struct{}), 0
	var group sync.WaitGroup
	group.Go(func() {
		speech, tick := newSpeech(), time.NewTicker(time.Second/time.Duration(rate))
		defer tick.Stop()
		for ; ; posted++ {
			select {
			case <-done:
				return
			case <-tick.C:
				b.Post(b.Users[0].ID, speech.text())
			}
		}
	})
	return func() int { close(done); group.Wait(); return posted }
}
