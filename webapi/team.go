package webapi

import (
	"context"
	"strconv"

	"taut/chat"
)

func (s *Server) teamMethods() []method {
	return []method{
		{name: "team.info", handle: s.teamInfo, scopes: []string{"team:read"}},
		{name: "team.profile.get", handle: s.teamProfileGet, scopes: []string{"users.profile:read"}},
		{name: "emoji.list", handle: s.emojiList, scopes: []string{"emoji:read"}},
		{name: "emoji.adminList", handle: s.emojiAdminList, scopes: []string{clientScope}, tokens: people},
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

type teamProfileAnswer struct {
	reply
	Profile teamProfile `json:"profile"`
}

// teamProfile is empty: workspaces define no fields of their own.
type teamProfile struct {
	Fields   []struct{} `json:"fields"`
	Sections []struct{} `json:"sections"`
}

func (s *Server) teamProfileGet(context.Context, *request) (answer, error) {
	return &teamProfileAnswer{Profile: teamProfile{Fields: []struct{}{}, Sections: []struct{}{}}}, nil
}
