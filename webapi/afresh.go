package webapi

import (
	"context"

	"taut/chat"
)

// afresh judges the caller by what the store says they are now, and not by what is
// remembered of them, which may be a minute old where another node changed it.
func (q *request) afresh(ctx context.Context) error {
	q.presented.Address = q.address() // who was recognised was not asked where they are
	caller, err := q.server.auth.Afresh(ctx, q.presented)
	if err == nil {
		q.caller = caller
	}
	return err
}

// afresh is h for callers who are judged afresh: what it does may last.
func afresh(h handler) handler {
	return func(ctx context.Context, q *request) (answer, error) {
		if err := q.afresh(ctx); err != nil {
			return nil, err
		}
		return h(ctx, q)
	}
}

// adminsAfresh is afresh for those who are remembered as administrators: it lets them
// do more than others, whom a query each would only slow down.
func adminsAfresh(h handler) handler {
	return func(ctx context.Context, q *request) (answer, error) {
		if q.caller.Role.AtLeast(chat.Admin) {
			return afresh(h)(ctx, q)
		}
		return h(ctx, q)
	}
}
