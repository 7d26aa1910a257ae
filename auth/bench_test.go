package auth

import (
	"testing"

	"taut/chat"
	"taut/store"
)

// BenchmarkAuthenticate asks what a request pays for its token, found in the
// cache and not, as by everybody at once after a restart.
func BenchmarkAuthenticate(b *testing.B) {
	h := newHouse(b)
	bound := h.store.Workspace(h.workspace.ID)
	tokens := make([]string, 1000)
	for i := range tokens {
		var err error
		if tokens[i], err = NewToken(chat.UserToken, h.workspace.ID, h.owner.ID); err != nil {
			b.Fatal(err)
		}
		if _, err = bound.CreateToken(b.Context(), store.NewToken{
			Hash: HashToken(tokens[i]), Type: chat.UserToken, User: h.owner.ID, Scopes: []string{EveryScope},
		}); err != nil {
			b.Fatal(err)
		}
	}
	ask := func(b *testing.B, i int) {
		if _, err := h.Authenticate(b.Context(), tokens[i%len(tokens)]); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("known", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			ask(b, i)
		}
	})
	b.Run("unknown", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			h.Forget(h.workspace.ID, h.owner.ID)
			ask(b, i)
		}
	})
}
