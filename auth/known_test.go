package auth

import (
	"strings"
	"testing"

	"taut/chat"
)

// What is known of a token is what the store said of it, and no more than that it is
// good.
func TestKnown(t *testing.T) {
	h := newHouse(t)
	token := h.token(t, "chat:write")
	known := func() (chat.Caller, bool) { return h.Known(chat.Presented{Token: token}) }
	if _, ok := known(); ok {
		t.Error("a token is known that was never looked up")
	}
	want, err := h.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := known(); !ok || got.User != want.User || got.TokenID != want.TokenID {
		t.Errorf("%+v, %v, want %+v", got, ok, want)
	}
	for _, bad := range []string{"", "xoxp-1", token[:len(token)-1], strings.Repeat("x", maxTokenLength+1)} {
		h.Authenticate(t.Context(), bad)
		if _, ok := h.Known(chat.Presented{Token: bad}); ok {
			t.Errorf("%q is known", bad)
		}
	}
	if err := h.store.Workspace(h.workspace.ID).RevokeToken(t.Context(), HashToken(token)); err != nil {
		t.Fatal(err)
	}
	if _, ok := known(); ok {
		t.Error("a token is known that was revoked")
	}
	h.Authenticate(t.Context(), token)
	if _, ok := known(); ok {
		t.Error("a token is known that was looked up after it was revoked")
	}
}
