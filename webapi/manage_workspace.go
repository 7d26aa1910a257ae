package webapi

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"taut/chat"
	"taut/store"
)

type settingsAnswer struct {
	reply
	Settings chat.Settings `json:"settings"`
	// May are the acts that the caller may do.
	May map[chat.Act]bool `json:"may"`
}

// manageSettingsGet is for all members: the client shows what may be done.
func (s *Server) manageSettingsGet(ctx context.Context, q *request) (answer, error) {
	settings, err := q.workspace.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return q.answerSettings(settings), nil
}

func (q *request) answerSettings(settings chat.Settings) answer {
	a := &settingsAnswer{Settings: settings, May: map[chat.Act]bool{}}
	for _, act := range chat.Acts() {
		a.May[act] = settings.Allows(q.caller.Role, act)
	}
	return a
}

// Bounds of settings.
const (
	maxRetentionDays = 36_500
	maxEditMinutes   = 60 * 24 * 365
)

// manageSettingsSet changes the settings that the object names, and no others. An
// act may be given to a role up to the caller's own.
func (s *Server) manageSettingsSet(ctx context.Context, q *request) (answer, error) {
	raw := q.args.json("settings")
	settings, err := q.workspace.SetSettings(ctx, q.actor(), func(s *chat.Settings) error {
		decoder := json.NewDecoder(strings.NewReader(string(raw)))
		decoder.DisallowUnknownFields()
		if decoder.Decode(s) != nil {
			return invalidArguments("[ERROR] no such setting, or not of its type [json-pointer:/settings]")
		}
		return q.checkSettings(s)
	})
	if err != nil {
		return nil, err
	}
	return q.answerSettings(settings), nil
}

func (q *request) checkSettings(s *chat.Settings) error {
	for act, role := range s.Allow {
		if role == "" { // back to what it is by default
			delete(s.Allow, act)
			continue
		}
		known := role == chat.PrimaryOwner || chat.ValidRole(role)
		if !chat.ValidAct(act) || !known || !q.caller.Role.AtLeast(role) || chat.Sensitive(act) && !role.AtLeast(chat.Admin) {
			return invalidArguments("[ERROR] not an act, or not a role for it [json-pointer:/settings/allow]")
		}
	}
	switch {
	case s.RetentionDays < 0 || s.RetentionDays > maxRetentionDays,
		s.EditMinutes < 0 || s.EditMinutes > maxEditMinutes, s.StorageBytes < 0:
		return invalidArguments("[ERROR] out of bounds [json-pointer:/settings]")
	}
	return nil
}

type workspaceAnswer struct {
	reply
	Team struct {
		ID     chat.WorkspaceID `json:"id"`
		Name   string           `json:"name"`
		Domain string           `json:"domain"`
	} `json:"team"`
}

const maxWorkspaceName = 80

// manageWorkspaceUpdate gives the workspace another name or domain.
func (s *Server) manageWorkspaceUpdate(ctx context.Context, q *request) (answer, error) {
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	if q.args.has("name") {
		w.Name = oneLine(q.args.text("name"))
	}
	if q.args.has("domain") {
		w.Domain = strings.ToLower(q.args.text("domain"))
	}
	switch {
	case w.Name == "" || utf8.RuneCountInString(w.Name) > maxWorkspaceName:
		return nil, chat.NewError(chat.Invalid, "workspace_name")
	case !chat.ValidDomain(w.Domain):
		return nil, chat.NewError(chat.Invalid, "domain")
	}
	if w, err = q.workspace.UpdateWorkspace(ctx, q.actor(), w.Name, w.Domain); err != nil {
		return nil, err
	}
	a := &workspaceAnswer{}
	a.Team.ID, a.Team.Name, a.Team.Domain = w.ID, w.Name, w.Domain
	return a, nil
}

type auditObject struct {
	ID      string            `json:"id"`
	Created int64             `json:"date_create"`
	Actor   chat.UserID       `json:"actor"` // "" is the server's operator
	Action  string            `json:"action"`
	Target  string            `json:"target"`
	Detail  map[string]string `json:"detail"`
	Address string            `json:"address"`
}

type auditAnswer struct {
	reply
	Entries []auditObject `json:"entries"`
}

func (s *Server) manageAuditList(ctx context.Context, q *request) (answer, error) {
	limit, err := q.args.limit("limit", 100, maxPage)
	if err != nil {
		return nil, err
	}
	var before int64
	if cursor := q.args.text("cursor"); cursor != "" {
		if before, err = strconv.ParseInt(cursor, 36, 64); err != nil || before <= 0 {
			return nil, chat.NewError(chat.Invalid, "cursor")
		}
	}
	entries, next, err := q.workspace.AuditLog(ctx, store.AuditQuery{
		Before: before, Actor: q.args.user("actor"), Action: q.args.text("action"), Limit: limit,
	})
	if err != nil {
		return nil, err
	}
	a := &auditAnswer{Entries: []auditObject{}}
	for _, e := range entries {
		detail := e.Detail
		if detail == nil {
			detail = map[string]string{}
		}
		a.Entries = append(a.Entries, auditObject{e.ID, e.AtMS / 1000, e.Actor.User, e.Action, e.Target, detail, e.Actor.Address})
	}
	cursor := ""
	if next > 0 {
		cursor = strconv.FormatInt(next, 36)
	}
	a.page(cursor)
	return a, nil
}

type usageAnswer struct {
	reply
	Usage usageObject `json:"usage"`
}

type usageObject struct {
	store.Usage
	Files        int   `json:"files"`
	StorageBytes int64 `json:"storage_bytes"`
	StorageLimit int64 `json:"storage_limit"` // 0: none
}

func (s *Server) manageUsage(ctx context.Context, q *request) (answer, error) {
	u, err := q.workspace.Usage(ctx)
	if err != nil {
		return nil, err
	}
	o := usageObject{Usage: u}
	if o.StorageBytes, o.Files, err = q.workspace.FileUsage(ctx); err != nil {
		return nil, err
	}
	settings, err := q.workspace.Settings(ctx)
	o.StorageLimit = s.storageLimit(settings)
	return &usageAnswer{Usage: o}, err
}

// storageLimit is what a workspace's files may take: its own bound, or the server's.
func (s *Server) storageLimit(settings chat.Settings) int64 {
	if settings.StorageBytes > 0 {
		return settings.StorageBytes
	}
	_, total := s.files.Limits()
	return total
}
