package webapi

import (
	"slices"
	"strings"
)

// manageOptional are the arguments that methods of manage.* take beside those that
// they require. What administrators misspell would do something else than they
// mean, so these methods refuse what they don't know.
var manageOptional = map[string]string{
	"manage.users.resetPassword":   "show",
	"manage.users.sessions.revoke": "session",
	"manage.invites.create":        "email role channels uses days",
	"manage.workspace.update":      "name domain",
	"manage.bots.create":           "real_name",
	"manage.bots.tokens.create":    "scopes",
	"manage.audit.list":            "actor action",
	"manage.webhooks.create":       "name",
}

// anyMethods are arguments that Slack's SDKs send to any method.
var anyMethods = []string{"token", "team_id", "cursor", "limit"}

// refuseUnknown fails where an argument of a manage method is none of its own. Those
// that begin with an underscore are the transport's.
func (q *request) refuseUnknown() error {
	if q.method.family() != "manage" {
		return nil
	}
	known := slices.Concat(anyMethods, q.method.required, strings.Fields(manageOptional[q.method.name]))
	var messages []string
	for name := range q.args.values {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, "_") {
			messages = append(messages, "[ERROR] unknown argument: "+cutKey(name))
		}
	}
	if messages == nil {
		return nil
	}
	slices.Sort(messages)
	return invalidArguments(messages[:min(len(messages), maxUnknown)]...)
}

// maxUnknown bounds how many an answer names.
const maxUnknown = 20
