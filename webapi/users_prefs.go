package webapi

import (
	"context"
	"encoding/json"
	"maps"
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
