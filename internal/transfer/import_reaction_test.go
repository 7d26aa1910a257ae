package transfer

import (
	"fmt"
	"testing"

	"taut/chat"
)

// Reactions by an emoji's second name are by its first, where others reacted with
// that, as they would be had they been made here.
func TestReactionsHaveFirstNames(t *testing.T) {
	i := &running{here: map[chat.UserID]bool{"U1": true, "U2": true, "U3": true}}
	var b batch
	got := i.reactions([]chat.Reaction{
		{Name: "thumbsup", Users: []chat.UserID{"U1", "U2"}, Count: 2},
		{Name: "tada", Users: []chat.UserID{"U1"}, Count: 1},
		{Name: "+1", Users: []chat.UserID{"U2", "U3"}, Count: 2},
		{Name: "thumbsup::skin-tone-3", Users: []chat.UserID{"U3"}, Count: 1},
		{Name: "tada", Users: []chat.UserID{"U1", "U9"}, Count: 2},
	}, "C1", &b)
	if want := "[{+1 [U1 U2 U3] 0} {tada [U1] 0} {+1::skin-tone-3 [U3] 0}]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if len(b.notes) != 1 {
		t.Errorf("who is not known is noted: %v", b.notes)
	}
}
