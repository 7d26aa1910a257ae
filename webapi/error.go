package webapi

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"taut/chat"
)

// apiError is an error by Slack's name for it.
type apiError struct {
	name     string
	messages []string // of response_metadata
	// needed and provided are the scopes, of missing_scope.
	needed, provided string
	// answer holds what else the body tells, where not nil.
	answer answer
	// asked says that the caller wanted this error: it is no failure of ours.
	asked bool
}

func (e *apiError) Error() string { return e.name }

// fail is the error that the client sees under this name.
func fail(name string) error { return &apiError{name: name} }

// failWith is an error whose body has more fields than the name.
func failWith(name string, a answer) error { return &apiError{name: name, answer: a} }

// outcome is what the metrics and the log call it.
func (e *apiError) outcome() string {
	if e.asked {
		return "ok"
	}
	return e.name
}

// invalidArguments lists what is wrong with the arguments.
func invalidArguments(messages ...string) error {
	return &apiError{name: "invalid_arguments", messages: messages}
}

// names maps an error's code and what it is about to Slack's name: "code:what",
// or "code" for every other what. A method's own table is asked first.
var names = map[string]string{
	"not_found:channel":       "channel_not_found",
	"not_found:user":          "user_not_found",
	"not_found:bot":           "bot_not_found",
	"not_found:message":       "message_not_found",
	"not_found:thread":        "thread_not_found",
	"not_found:reaction":      "no_reaction",
	"not_found:workspace":     "team_not_found",
	"not_found:file":          "file_not_found",
	"not_found":               "not_found",
	"exists:name":             "name_taken",
	"exists:email":            "email_taken",
	"exists:reaction":         "already_reacted",
	"exists:member":           "already_in_channel",
	"exists":                  "already_exists",
	"not_member":              "not_in_channel",
	"archived":                "is_archived",
	"forbidden":               "no_permission",
	"invalid:thread":          "cannot_reply_to_message",
	"invalid:cursor":          "invalid_cursor",
	"invalid":                 "invalid_arguments",
	"unauthenticated:revoked": "token_revoked",
	"unauthenticated:expired": "token_expired",
	"unauthenticated":         "invalid_auth",
	"account_inactive":        "account_inactive",
	"limited:emoji":           "too_many_emoji",
	"limited:reactions":       "too_many_reactions",
	"limited:channels":        "ura_max_channels",
	"limited":                 "ratelimited",
	"unavailable":             "service_unavailable",
	"internal":                "internal_error",
}

// asAPIError finds the client's view of err.
func (m *method) asAPIError(err error) *apiError {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &apiError{name: "service_unavailable"}
	}
	e, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return &apiError{name: "internal_error"}
	}
	for _, table := range []map[string]string{m.errors, names} {
		for _, key := range []string{string(e.Code) + ":" + e.What, string(e.Code)} {
			if name, ok := table[key]; ok {
				return &apiError{name: name}
			}
		}
	}
	return &apiError{name: "internal_error"}
}

// status is the HTTP status of an error: Slack answers 200 to all but these.
func (e *apiError) status() int {
	if e.asked {
		return http.StatusOK
	}
	switch e.name {
	case "ratelimited":
		return http.StatusTooManyRequests
	case "internal_error":
		return http.StatusInternalServerError
	case "service_unavailable":
		return http.StatusServiceUnavailable
	case "request_too_large":
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusOK
}

func missingScope(m *method, provided []string) error {
	return &apiError{
		name:     "missing_scope",
		needed:   strings.Join(m.scopes, ","),
		provided: strings.Join(provided, ","),
	}
}
