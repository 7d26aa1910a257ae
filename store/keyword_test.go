package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"taut/chat"
)

func TestKeywords(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	ch := tm.channel("a", ada.ID)
	set := func(u chat.UserID, words string) {
		value, err := json.Marshal(words)
		tm.must(err)
		tm.must(tm.SetPref(t.Context(), u, KeywordPref, value))
	}
	set(ada.ID, "Pizza, on fire ,,Straße,日本, o'neil")
	set(bob.ID, "pizza")
	for text, want := range map[string]bool{
		"pizza": true, "PIZZA!": true, "pizzas": false, "a *pizza*": true, "it is ON  fire.": true, "on": false, "fire on": false,
		"in der straße": true, "東京は日本の首都": true, "日 本": true, "O'Neil": true, "": false, "on pizza fire": true,
	} {
		users, err := tm.KeywordUsers(t.Context(), ch.ID, text)
		tm.must(err)
		if got := slices.Contains(users, ada.ID); got != want || len(users) > 1 {
			t.Errorf("%q reaches %v, ada: %v", text, users, want)
		}
	}
	// Another workspace's keywords are its own.
	other := newTeam(t, tm.store, "other")
	if users, err := other.KeywordUsers(t.Context(), ch.ID, "pizza"); err != nil || len(users) > 0 {
		t.Errorf("of another workspace: %v, %v", users, err)
	}
}

// A post's look for keywords depends on its words, not on how many people have some.
func BenchmarkKeywords(b *testing.B) {
	for _, people := range []int{0, 10, 10_000} {
		x := &keywordIndex{phrases: map[string][]keyword{}}
		for i := range people {
			x.add(chat.UserID(fmt.Sprint("U", i)), []byte(fmt.Sprintf(`"word%d, other phrase %d"`, i, i)))
		}
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			for b.Loop() {
				x.find("a message of about the usual length, with some words that nobody waits for")
			}
		})
	}
}
