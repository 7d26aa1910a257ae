package search

import (
	"fmt"
	"testing"

	"taut/chat"
	"taut/store"
)

// TestConvertedBeforeItIsIndexed: what became private isn't counted either, though the index
// has it as public still, for its follower stands.
func TestConvertedBeforeItIsIndexed(t *testing.T) {
	b := newBed(t, 2)
	ada, eve := b.Users[0].ID, 1
	for i := range maxMisses + 2 { // so many that all streams are looked at together
		b.PostTo(b.NewChannel(fmt.Sprint("open-", i), ada), ada, "word")
	}
	hidden := b.NewChannel("plans", ada)
	for i := range 5 {
		b.PostTo(hidden, ada, fmt.Sprint("word of plan ", i))
	}
	b.settle()
	b.server.end()
	b.server.done.Wait()
	for query, want := range map[string]int{"word": maxMisses + 7, "plan": 5, "word in:#plans": 5} {
		if got := b.find(eve, query).Total; got != want {
			t.Fatalf("before: %s finds %d, want %d", query, got, want)
		}
	}
	must(b.Convert(t.Context(), hidden, store.Actor{User: ada}, chat.PrivateChannel))(t)
	for query, want := range map[string]int{"word": maxMisses + 2, "plan": 0, "word in:#plans": 0, "word in:" + string(hidden): 0, "-nothing in:" + string(hidden): 0} {
		for _, byTime := range []bool{true, false} {
			found := b.find(eve, query, func(r *chat.SearchRequest) { r.ByTime, r.Count = byTime, 1 })
			if found.Total != want || len(found.Hits) != min(want, 1) {
				t.Errorf("%s: %d of %d, want %d", query, len(found.Hits), found.Total, want)
			}
		}
	}
	b.want(0, "plan", "word of plan 4", "word of plan 3", "word of plan 2", "word of plan 1", "word of plan 0")
}
