package webapi

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// reply is the envelope of every answer; each answer's struct embeds it.
type reply struct {
	OK       bool          `json:"ok"`
	Error    string        `json:"error,omitempty"`
	Needed   string        `json:"needed,omitempty"`
	Provided string        `json:"provided,omitempty"`
	Warning  string        `json:"warning,omitempty"`
	Metadata *replyDetails `json:"response_metadata,omitempty"`
}

// replyDetails is response_metadata. NextCursor is a pointer as a paginated
// method answers "" on the last page, and others leave it out.
type replyDetails struct {
	NextCursor *string  `json:"next_cursor,omitempty"`
	Messages   []string `json:"messages,omitempty"`
	Warnings   []string `json:"warnings,omitempty"`
}

// answer is a pointer to a struct that embeds reply.
type answer interface{ envelope() *reply }

func (r *reply) envelope() *reply { return r }

func (r *reply) details() *replyDetails {
	if r.Metadata == nil {
		r.Metadata = &replyDetails{}
	}
	return r.Metadata
}

// page sets where the next page begins; "" after the last one.
func (r *reply) page(next string) { r.details().NextCursor = &next }

// done is the answer of methods that tell nothing but ok.
func done() answer { return &reply{} }

// settle fills the envelope of a finished call.
func (q *request) settle(a answer, err *apiError) answer {
	if err != nil {
		a = err.answer
	}
	if a == nil {
		a = &reply{}
	}
	r := a.envelope()
	r.OK = err == nil
	if err != nil {
		r.Error, r.Needed, r.Provided = err.name, err.needed, err.provided
		if len(err.messages) > 0 {
			r.details().Messages = err.messages
		}
	}
	if len(q.warnings) > 0 {
		r.Warning = strings.Join(q.warnings, ",")
		r.details().Warnings = q.warnings
	}
	return a
}

// write sends the answer. The names of Slack's own headers are in lower case on
// the wire, as some clients look them up so.
func (q *request) write(w http.ResponseWriter, a answer, status int) {
	body, err := encode(a)
	q.endTurn()
	if err != nil {
		q.server.log.Error("answer cannot be encoded", slog.String("method", q.name), slog.Any("err", err))
		body, status = []byte(`{"ok":false,"error":"internal_error"}`), http.StatusInternalServerError
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "private, no-cache, no-store, must-revalidate")
	h.Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || q.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(max(1, q.retryAfter)))
	}
	// Some clients look these up by their lower-case names, and find no others.
	h["x-slack-req-id"] = []string{q.id}
	h["x-oauth-scopes"] = []string{strings.Join(q.caller.Scopes, ",")}
	h["x-accepted-oauth-scopes"] = []string{strings.Join(q.method.scopes, ",")}
	for _, c := range q.cookies {
		http.SetCookie(w, c)
	}
	w.WriteHeader(status)
	w.Write(body)
	q.sent = len(body)
}
