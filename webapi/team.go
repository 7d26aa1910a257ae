package webapi

import (
	"context"
	"encoding/json"
	"maps"
	"strconv"

	"taut/chat"
)

func (s *Server) teamMethods() []method {
	return []method{
		{name: "team.info", handle: s.teamInfo, scopes: []string{"team:read"}},
		{name: "emoji.list", handle: s.emojiList, scopes: []string{"emoji:read"}},
		{name: "bots.info", handle: s.botsInfo, scopes: []string{"users:read"}},
		{name: "client.counts", handle: s.clientCounts, tokens: []chat.TokenType{chat.UserToken}},
	}
}

type teamAnswer struct {
	reply
	Team teamObject `json:"team"`
}

type teamObject struct {
	ID            chat.WorkspaceID `json:"id"`
	Name          string           `json:"name"`
	Domain        string           `json:"domain"`
	EmailDomain   string           `json:"email_domain"`
	URL           string           `json:"url"`
	AvatarBaseURL string           `json:"avatar_base_url"`
	IsVerified    bool             `json:"is_verified"`
	Icon          teamIcon         `json:"icon"`
}

type teamIcon struct {
	Image34      string `json:"image_34"`
	Image44      string `json:"image_44"`
	Image68      string `json:"image_68"`
	Image88      string `json:"image_88"`
	Image102     string `json:"image_102"`
	Image132     string `json:"image_132"`
	Image230     string `json:"image_230"`
	ImageDefault bool   `json:"image_default"`
}

// teamInfo shows the caller's workspace: another one's id or domain names none.
func (s *Server) teamInfo(ctx context.Context, q *request) (answer, error) {
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	id, domain := q.args.text("team"), q.args.text("domain")
	if id != "" && id != string(w.ID) || domain != "" && domain != w.Domain {
		return nil, fail("team_not_found")
	}
	base := q.publicURL() + "/"
	icon := func(size int) string { return base + "avatars/team-" + strconv.Itoa(size) + ".svg" }
	return &teamAnswer{Team: teamObject{
		ID: w.ID, Name: w.Name, Domain: w.Domain, URL: base, AvatarBaseURL: base + "avatars/",
		Icon: teamIcon{icon(34), icon(44), icon(68), icon(88), icon(102), icon(132), icon(230), true},
	}}, nil
}

type emojiAnswer struct {
	reply
	Emoji   struct{} `json:"emoji"` // none are the workspace's own
	CacheTS chat.TS  `json:"cache_ts"`
}

// emojiList are the workspace's own emoji.
func (s *Server) emojiList(context.Context, *request) (answer, error) {
	return &emojiAnswer{CacheTS: chat.MakeTS(chat.Now().UnixMilli(), 0)}, nil
}

type botAnswer struct {
	reply
	Bot *chat.BotObject `json:"bot,omitempty"`
}

// botsInfo shows one bot, to guests if its user is one whom they know; without an
// argument it tells nothing, as Slack's.
func (s *Server) botsInfo(ctx context.Context, q *request) (answer, error) {
	if !q.args.has("bot") {
		return &botAnswer{}, nil
	}
	b, err := q.workspace.Bot(ctx, chat.BotID(q.args.text("bot")))
	if err == nil {
		_, err = q.user(ctx, b.User)
	}
	if isInvisible(err) {
		return nil, fail("bot_not_found")
	}
	if err != nil {
		return nil, err
	}
	o := b.Object()
	o.Icons.Absolute(q.publicURL())
	return &botAnswer{Bot: &o}, nil
}

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
