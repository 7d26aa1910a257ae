package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"taut/chat"
	"taut/store"
)

// draftsMethods are ours: what a person has begun to write, on all their devices.
func (s *Server) draftsMethods() []method {
	methods := []method{
		{name: "drafts.create", handle: s.draftsCreate},
		{name: "drafts.update", handle: s.draftsUpdate, required: []string{"draft_id"}},
		{name: "drafts.delete", handle: s.draftsDelete, required: []string{"draft_id"}},
		{name: "drafts.list", handle: s.draftsList},
	}
	for i := range methods {
		methods[i].tokens = []chat.TokenType{chat.UserToken}
		methods[i].errors = map[string]string{"not_found:draft": "draft_not_found", "limited:drafts": "limit_exceeded"}
	}
	return methods
}

const maxDraftFiles = 20

type draftAnswer struct {
	reply
	Draft draftObject `json:"draft"`
}

type draftsAnswer struct {
	reply
	Drafts []draftObject `json:"drafts"`
}

type draftObject struct {
	ID             string             `json:"id"`
	ClientMsgID    string             `json:"client_msg_id"`
	UserID         chat.UserID        `json:"user_id"`
	TeamID         chat.WorkspaceID   `json:"team_id"`
	DateCreated    int64              `json:"date_created"`
	LastUpdatedTS  chat.TS            `json:"last_updated_ts"` // by the client's clock
	Destinations   []draftDestination `json:"destinations"`
	Text           string             `json:"text"`
	Blocks         json.RawMessage    `json:"blocks"`
	FileIDs        []string           `json:"file_ids"`
	IsFromComposer bool               `json:"is_from_composer"`
	IsDeleted      bool               `json:"is_deleted"`
	IsSent         bool               `json:"is_sent"`
}

type draftDestination struct {
	ChannelID chat.ChannelID `json:"channel_id"`
	ThreadTS  chat.TS        `json:"thread_ts,omitzero"`
	Broadcast bool           `json:"broadcast"`
}

func (q *request) draftObject(d store.Draft) draftObject {
	o := draftObject{
		ID: d.ID, ClientMsgID: d.Body.ClientMsgID, UserID: q.caller.User, TeamID: q.caller.Workspace,
		DateCreated: d.Created, LastUpdatedTS: d.ClientTS, Text: d.Body.Text, Blocks: d.Body.Blocks, FileIDs: d.Body.FileIDs,
		Destinations:   []draftDestination{{d.Channel, d.ThreadTS, d.Body.Broadcast}},
		IsFromComposer: d.Body.IsFromComposer, IsDeleted: d.Deleted,
	}
	if o.Blocks == nil {
		o.Blocks = json.RawMessage("[]")
	}
	if o.FileIDs == nil {
		o.FileIDs = []string{}
	}
	return o
}

// draftsCreate keeps a draft in place of the one that its conversation has,
// unless that one is newer: the answer is the one that holds.
func (s *Server) draftsCreate(ctx context.Context, q *request) (answer, error) {
	to, err := q.draftDestination()
	if err != nil {
		return nil, err
	}
	return q.writeDraft(ctx, to)
}

func (q *request) writeDraft(ctx context.Context, to draftDestination) (answer, error) {
	channel, err := q.channel(ctx, to.ChannelID)
	if err != nil {
		return nil, err
	}
	d := store.Draft{Channel: channel.ID, ThreadTS: to.ThreadTS}
	if d.Body, err = q.draftBody(); err != nil {
		return nil, err
	}
	d.Body.Broadcast = to.Broadcast
	if d.ClientTS, err = q.clientTS(); err != nil {
		return nil, err
	}
	if d, err = q.workspace.WriteDraft(ctx, q.caller.User, d); err != nil {
		return nil, err
	}
	return &draftAnswer{Draft: q.draftObject(d)}, nil
}

// draftDestination is where the message would go: the one item of destinations,
// or channel and thread_ts.
func (q *request) draftDestination() (to draftDestination, err error) {
	if raw := q.args.json("destinations"); raw != nil {
		var all []draftDestination
		if json.Unmarshal(raw, &all) != nil || len(all) != 1 {
			return to, invalidArguments("[ERROR] must be a list of one destination [json-pointer:/destinations]")
		}
		return all[0], nil
	}
	to.ChannelID, to.Broadcast = q.args.channel("channel"), q.args.boolean("reply_broadcast", false)
	to.ThreadTS, err = q.args.ts("thread_ts", "invalid_thread_ts")
	return to, err
}

// draftBody is kept as it was written, whatever it would be as a message; its size
// is bounded, and its blocks have the shape that other devices take them for.
func (q *request) draftBody() (store.DraftBody, error) {
	b := store.DraftBody{ClientMsgID: q.args.text("client_msg_id"), Text: q.args.text("text"), IsFromComposer: q.args.boolean("is_from_composer", false)}
	if utf8.RuneCountInString(b.Text) > maxText {
		return b, fail("msg_too_long")
	}
	if len(b.ClientMsgID) > maxKey {
		return b, invalidArguments("[ERROR] must be at most 64 characters [json-pointer:/client_msg_id]")
	}
	raw := bytes.TrimSpace(q.args.json("blocks"))
	switch {
	case len(raw) > maxBlocksBytes:
		return b, fail("msg_too_long")
	case len(raw) > 0 && (raw[0] != '[' || !nestedWithin(raw, maxNesting) || !wellFormedBlocks(raw)):
		return b, fail("invalid_blocks_format")
	case len(raw) > 0:
		b.Blocks = raw
	}
	b.FileIDs = q.args.list("file_ids")
	if len(b.FileIDs) > maxDraftFiles {
		return b, invalidArguments("[ERROR] must be at most 20 [json-pointer:/file_ids]")
	}
	for _, id := range b.FileIDs {
		if !chat.ValidID(id, "F") {
			return b, fail("file_not_found")
		}
	}
	return b, nil
}

// clientTS is when the client made the change, by its own clock, but not in the
// future, from where it would win against all that follows.
func (q *request) clientTS() (chat.TS, error) {
	now := chat.TS(chat.Now().UnixMicro())
	text := q.args.text("client_last_updated_ts")
	if text == "" {
		return now, nil
	}
	if whole, fraction, ok := strings.Cut(text, "."); ok && len(fraction) < 6 {
		text = whole + "." + fraction + strings.Repeat("0", 6-len(fraction)) // as JavaScript writes numbers
	}
	ts, err := chat.ParseTS(text)
	if err != nil {
		return 0, invalidArguments("[ERROR] must be a timestamp [json-pointer:/client_last_updated_ts]")
	}
	return min(ts, now), nil
}

// draftsUpdate writes the draft of the conversation that draft_id names.
func (s *Server) draftsUpdate(ctx context.Context, q *request) (answer, error) {
	d, err := q.workspace.Draft(ctx, q.caller.User, q.args.text("draft_id"))
	if err != nil {
		return nil, err
	}
	return q.writeDraft(ctx, draftDestination{d.Channel, d.ThreadTS, q.args.boolean("reply_broadcast", d.Body.Broadcast)})
}

func (s *Server) draftsDelete(ctx context.Context, q *request) (answer, error) {
	ts, err := q.clientTS()
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.DeleteDraft(ctx, q.caller.User, q.args.text("draft_id"), ts)
}

func (s *Server) draftsList(ctx context.Context, q *request) (answer, error) {
	limit, err := q.args.limit("limit", 100, maxPage)
	if err != nil {
		return nil, err
	}
	after, err := q.draftCursor()
	if err != nil {
		return nil, err
	}
	found, more, err := q.workspace.Drafts(ctx, q.caller.User, after, limit)
	if err != nil {
		return nil, err
	}
	a := &draftsAnswer{Drafts: make([]draftObject, len(found))}
	for i, d := range found {
		a.Drafts[i] = q.draftObject(d)
	}
	next := ""
	if more {
		last := found[len(found)-1]
		next = strconv.FormatInt(last.Updated, 10) + " " + last.ID
	}
	a.page(encodeCursor(draftsCursor, next))
	return a, nil
}

const draftsCursor = "drafts"

func (q *request) draftCursor() (after store.Draft, err error) {
	place, err := q.args.cursor(draftsCursor)
	if err != nil || place == "" {
		return after, err
	}
	updated, id, _ := strings.Cut(place, " ")
	if after.Updated, err = strconv.ParseInt(updated, 10, 64); err != nil || id == "" {
		return after, fail("invalid_cursor")
	}
	after.ID = id
	return after, nil
}
