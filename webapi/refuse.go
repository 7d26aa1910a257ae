package webapi

import (
	"net/http"
	"strconv"
	"time"

	"taut/chat"
)

// ratelimited is Slack's name for too much.
const ratelimited = "ratelimited"

// The answer to who asks for too much is always the same. Who floods gets thousands
// of it a second, so it is made once, and the headers' values are shared: nobody may
// change them.
var (
	refusalBody   = []byte(`{"ok":false,"error":"` + ratelimited + `"}`)
	refusalHeader = map[string][]string{
		"Content-Type":           {"application/json; charset=utf-8"},
		"Content-Length":         {strconv.Itoa(len(refusalBody))},
		"Cache-Control":          {"private, no-cache, no-store, must-revalidate"},
		"X-Content-Type-Options": {"nosniff"},
		"Retry-After":            {"1"},
	}
)

// recognise finds the caller where the token is in the header and is remembered.
func (q *request) recognise() {
	if q.method == unknown {
		return
	}
	token := q.bearer()
	if token == "" {
		return
	}
	q.presented = chat.Presented{Token: token, Cookie: q.cookie()}
	caller, ok := q.server.auth.Known(q.presented)
	if !ok {
		return
	}
	q.caller, q.workspace, q.recognised = caller, q.server.store.Workspace(caller.Workspace), true
}

// refuse answers a recognised caller who is beyond their rate: nothing was read or
// looked up for the request.
func (q *request) refuse(w http.ResponseWriter, start time.Time) {
	h := w.Header()
	for name, value := range refusalHeader {
		h[name] = value
	}
	h["x-slack-req-id"] = []string{q.id}
	w.WriteHeader(http.StatusTooManyRequests)
	w.Write(refusalBody)
	q.sent = len(refusalBody)
	took := time.Since(start)
	q.server.metrics.refusal(q.method, took)
	q.log(ratelimited, nil, took)
}
