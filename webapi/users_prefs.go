package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"taut/chat"
)

type prefsAnswer struct {
	reply
	Prefs map[string]json.RawMessage `json:"prefs"`
}

// defaultPrefs are what clients look for at start, where the user set nothing.
var defaultPrefs = map[string]json.RawMessage{
	"all_notifications_prefs":           json.RawMessage(`"{\"channels\":{},\"global\":{\"global_desktop\":\"mentions_dms\",\"global_mobile\":\"mentions_dms\"}}"`),
	"at_channel_suppressed_channels":    json.RawMessage(`""`),
	"color_names_in_list":               json.RawMessage(`true`),
	"display_display_names":             json.RawMessage(`true`),
	"display_real_names_override":       json.RawMessage(`0`),
	"email_alerts":                      json.RawMessage(`"instant"`),
	"emoji_mode":                        json.RawMessage(`"default"`),
	"enter_is_special_in_tbt":           json.RawMessage(`false`),
	"flannel_server_pool":               json.RawMessage(`"random"`),
	"highlight_words":                   json.RawMessage(`""`),
	"locale":                            json.RawMessage(`"` + locale + `"`),
	"muted_channels":                    json.RawMessage(`""`),
	"push_loud_channels":                json.RawMessage(`""`),
	"push_mention_channels":             json.RawMessage(`""`),
	"dnd_enabled":                       json.RawMessage(`false`),
	"dnd_start_hour":                    json.RawMessage(`"22:00"`),
	"dnd_end_hour":                      json.RawMessage(`"08:00"`),
	"dnd_days":                          json.RawMessage(`"every_day"`),
	"time24":                            json.RawMessage(`false`),
	"tz":                                json.RawMessage(`""`),
	"user_colors":                       json.RawMessage(`""`),
	"suppress_thread_mention_warning":   json.RawMessage(`false`),
	"mentions_exclude_at_channels":      json.RawMessage(`true`),
	"mentions_exclude_at_user_groups":   json.RawMessage(`false`),
	"mentions_exclude_reactions":        json.RawMessage(`false`),
	"threads_everything":                json.RawMessage(`true`),
	"preferred_skin_tone":               json.RawMessage(`""`),
	"allow_calls_to_set_current_status": json.RawMessage(`true`),
}

// usersPrefsGet are the caller's preferences over the defaults.
func (s *Server) usersPrefsGet(ctx context.Context, q *request) (answer, error) {
	own, err := q.workspace.Prefs(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	prefs := maps.Clone(defaultPrefs)
	maps.Copy(prefs, own)
	return &prefsAnswer{Prefs: prefs}, nil
}

const (
	maxPrefName  = 80
	maxPrefValue = 32 << 10 // bytes
	maxPrefsSet  = 50       // at once
)

// usersPrefsSet sets one preference, by name and value, or several, an object by
// name: ours as Slack's is not documented. The caller's devices are told of each.
func (s *Server) usersPrefsSet(ctx context.Context, q *request) (answer, error) {
	given, err := q.givenPrefs()
	if err != nil {
		return nil, err
	}
	quiet := false
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := q.workspace.SetPref(ctx, q.caller.User, name, given[name]); err != nil {
			return nil, err
		}
		if name == "tz" {
			err = q.setZone(ctx, given[name])
		}
		if err != nil {
			return nil, err
		}
		quiet = quiet || strings.HasPrefix(name, "dnd_") || name == "tz"
	}
	if quiet {
		if err := q.tellQuiet(ctx); err != nil {
			return nil, err
		}
	}
	return s.usersPrefsGet(ctx, q)
}

// givenPrefs are valid as JSON, and no larger than a preference may be.
func (q *request) givenPrefs() (map[string]json.RawMessage, error) {
	given := map[string]json.RawMessage{}
	if raw := q.args.json("prefs"); raw != nil {
		if json.Unmarshal(raw, &given) != nil || given == nil {
			return nil, invalidArguments("[ERROR] must be an object [json-pointer:/prefs]")
		}
	}
	if name := q.args.text("name"); name != "" {
		given[name] = q.prefValue(name)
	}
	if len(given) == 0 || len(given) > maxPrefsSet {
		return nil, invalidArguments("[ERROR] must be name and value, or an object of at most 50 members [json-pointer:/prefs]")
	}
	for name, value := range given {
		if !isPrefName(name) {
			return nil, invalidArguments("[ERROR] must be of 1 to 80 of a-z, A-Z, 0-9, _, - and . [json-pointer:/name]")
		}
		if len(value) > maxPrefValue || !nestedWithin(value, maxNesting) {
			return nil, invalidArguments("[ERROR] is too long [json-pointer:/value]")
		}
		if name == "tz" && !isZone(value) {
			return nil, invalidArguments("[ERROR] is no time zone [json-pointer:/value]")
		}
	}
	return given, nil
}

// prefValue is the argument value as JSON. A form has but texts: one of those is
// a number or the like where the preference is not known as a text.
func (q *request) prefValue(name string) json.RawMessage {
	text := q.args.text("value")
	isText := bytes.HasPrefix(defaultPrefs[name], []byte(`"`))
	if raw := bytes.TrimSpace([]byte(text)); !isText && len(raw) > 0 && json.Valid(raw) {
		return raw
	}
	quoted, _ := encode(text) // a string: it cannot fail
	return quoted
}

func isPrefName(name string) bool {
	return name != "" && len(name) <= maxPrefName && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.')
	})
}

func isZone(value json.RawMessage) bool {
	var name string
	if json.Unmarshal(value, &name) != nil || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// setZone makes the preference the user's time zone.
func (q *request) setZone(ctx context.Context, value json.RawMessage) error {
	_, err := q.workspace.UpdateUser(ctx, q.caller.User, func(u *chat.User) error { return json.Unmarshal(value, &u.TimeZone) })
	return err
}
