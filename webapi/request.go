package webapi

import (
	"context"
	"net/http"
	"strings"

	"taut/chat"
	"taut/store"
)

// request is one call of a method. It belongs to the goroutine that serves it.
type request struct {
	server *Server
	id     string
	name   string // as the path has it; of an unknown method too
	method *method
	args   args

	// Set once the token is accepted; zero for a call without one.
	caller    chat.Caller
	workspace *store.Workspace

	http     *http.Request
	warnings []string
	sent     int // bytes of the answer
}

// warn adds one of Slack's warnings to the answer.
func (q *request) warn(name string) { q.warnings = append(q.warnings, name) }

// authenticate makes the token into the caller, and checks that this kind of
// token, with its scopes, may call the method.
func (q *request) authenticate(ctx context.Context) error {
	token := q.token()
	if token == "" {
		if q.method.open {
			return nil
		}
		return fail("not_authed")
	}
	caller, err := q.server.auth.Authenticate(ctx, token)
	if err != nil && q.method.open {
		return nil
	}
	if err != nil {
		return err
	}
	q.caller, q.workspace = caller, q.server.store.Workspace(caller.Workspace)
	switch {
	case q.method.open:
		return nil
	case !q.method.accepts(caller.TokenType):
		return fail("not_allowed_token_type")
	case !q.method.allows(caller.Scopes):
		return missingScope(q.method, caller.Scopes)
	}
	return nil
}

// token is taken from the header, else from the arguments; never from a cookie,
// which other sites' pages could make a browser send.
func (q *request) token() string {
	scheme, token, _ := strings.Cut(q.http.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && token != "" {
		return strings.TrimSpace(token)
	}
	return q.args.text("token")
}
