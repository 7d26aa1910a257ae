package webapi

import (
	"strings"
	"testing"

	"taut/chat"
)

func TestPageOfLargeChannels(t *testing.T) {
	large := chat.Channel{PreviousNames: []string{strings.Repeat("x", 1<<20)}}
	for n, want := range map[int]int{0: 0, 1: 1, 4: 4, 5: 4, 100: 4} {
		channels := make([]chat.Channel, n)
		for i := range channels {
			channels[i] = large
		}
		if got := fitting(channels); got != want {
			t.Errorf("of %d large channels %d fit, want %d", n, got, want)
		}
	}
	if got := fitting(make([]chat.Channel, maxPage)); got != maxPage {
		t.Errorf("of %d small channels %d fit", maxPage, got)
	}
}
