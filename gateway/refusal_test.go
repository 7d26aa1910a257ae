package gateway

import (
	"testing"

	"taut/chat"
	"taut/wire"
)

// Why a message can't be meant, the client learns under Slack's own name.
func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		err  error
		want wire.Error
	}{
		{chat.NewError(chat.Invalid, "no_text"), wire.Error{Code: wire.ErrNoText, Msg: wire.MsgNoText}},
		{chat.NewError(chat.Invalid, "not_allowed_token_type"), wire.Error{Code: wire.ErrMalformed, Msg: "not_allowed_token_type"}},
		{chat.NewError(chat.Invalid, "invalid_arguments"), wire.Error{Code: wire.ErrMalformed, Msg: "invalid_arguments"}},
		{chat.NewError(chat.Invalid, ""), wire.Error{Code: wire.ErrMalformed, Msg: "invalid_arguments"}},
		{chat.NewError(chat.NotFound, "thread"), wire.Error{Code: wire.ErrNotFound, Msg: "thread_not_found"}},
	} {
		if got := new(session).refusal(test.err); got != test.want {
			t.Errorf("%v is refused with %+v, want %+v", test.err, got, test.want)
		}
	}
}
