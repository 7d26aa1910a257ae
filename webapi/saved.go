package webapi

import (
	"context"
	"strconv"
	"strings"
	"time"

	"taut/chat"
	"taut/store"
)

// savedMethods are ours: messages that a person keeps for later.
func (s *Server) savedMethods() []method {
	item := []string{"item_id", "ts"}
	methods := []method{
		{name: "saved.add", handle: s.savedAdd, required: item},
		{name: "saved.update", handle: s.savedUpdate, required: item},
		{name: "saved.delete", handle: s.savedDelete, required: item},
		{name: "saved.list", handle: s.savedList},
		{name: "saved.clearCompleted", handle: s.savedClearCompleted},
	}
	for i := range methods {
		methods[i].tokens = []chat.TokenType{chat.UserToken}
		methods[i].errors = map[string]string{"exists:saved": "already_saved", "not_found:saved": "not_found", "limited:saved": "limit_exceeded"}
	}
	return methods
}

type savedAnswer struct {
	reply
	Item savedObject `json:"saved_item"`
}

type savedListAnswer struct {
	reply
	Items  []savedObject `json:"saved_items"`
	Counts savedCounts   `json:"counts"`
}

type savedObject struct {
	ItemType      string           `json:"item_type"`
	ItemID        chat.ChannelID   `json:"item_id"`
	TS            chat.TS          `json:"ts"`
	State         store.SavedState `json:"state"`
	DateCreated   int64            `json:"date_created"`
	DateUpdated   int64            `json:"date_updated"`
	DateDue       int64            `json:"date_due"`
	DateCompleted int64            `json:"date_completed"`
	IsArchived    bool             `json:"is_archived"`
	Message       *chat.Message    `json:"message"` // null where it is gone, or the caller may not read it any more
}

type savedCounts struct {
	Uncompleted        int `json:"uncompleted_count"`
	UncompletedOverdue int `json:"uncompleted_overdue_count"`
	Completed          int `json:"completed_count"`
	Archived           int `json:"archived_count"`
	Total              int `json:"total_count"`
}

func newSavedObject(s store.Saved) savedObject {
	return savedObject{
		ItemType: "message", ItemID: s.Channel, TS: s.TS, State: s.State, DateCreated: s.Created, DateUpdated: s.Updated,
		DateDue: s.Due, DateCompleted: s.Completed, IsArchived: s.State == store.SavedArchived,
	}
}

// savedItem is the item that the arguments name.
func (q *request) savedItem() (chat.ChannelID, chat.TS, error) {
	if kind := q.args.text("item_type"); kind != "" && kind != "message" {
		return "", 0, invalidArguments("[ERROR] must be message [json-pointer:/item_type]")
	}
	ts, err := q.args.ts("ts", "message_not_found")
	return q.args.channel("item_id"), ts, err
}

// savedAdd keeps a message that the caller may read.
func (s *Server) savedAdd(ctx context.Context, q *request) (answer, error) {
	id, ts, err := q.savedItem()
	if err != nil {
		return nil, err
	}
	channel, err := q.channel(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := q.workspace.Message(ctx, channel.ID, ts); err != nil {
		return nil, err
	}
	due, err := q.dateDue()
	if err != nil {
		return nil, err
	}
	item, err := q.workspace.Save(ctx, q.caller.User, store.Saved{Channel: channel.ID, TS: ts, Due: due})
	if err != nil {
		return nil, err
	}
	return &savedAnswer{Item: newSavedObject(item)}, nil
}

// maxDue is how far ahead a reminder may be.
const maxDue = 5 * 366 * 24 * time.Hour

// dateDue is the time in seconds; 0: none.
func (q *request) dateDue() (int64, error) {
	due, err := q.args.seconds("date_due")
	if err != nil {
		return 0, err
	}
	if due < 0 || due > chat.Now().Add(maxDue).Unix() {
		return 0, fail("time_too_far")
	}
	return due, nil
}

// savedUpdate marks an item, or changes when it is due.
func (s *Server) savedUpdate(ctx context.Context, q *request) (answer, error) {
	id, ts, err := q.savedItem()
	if err != nil {
		return nil, err
	}
	due, err := q.dateDue()
	if err != nil {
		return nil, err
	}
	state := map[string]store.SavedState{
		"completed": store.SavedCompleted, "uncompleted": store.SavedOpen, "archived": store.SavedArchived, "unarchived": store.SavedOpen,
	}[q.args.text("mark")]
	if q.args.has("mark") && state == "" {
		return nil, invalidArguments("[ERROR] must be completed, uncompleted, archived or unarchived [json-pointer:/mark]")
	}
	item, err := q.workspace.UpdateSaved(ctx, q.caller.User, id, ts, func(s *store.Saved) {
		if state != "" {
			s.State = state
		}
		if q.args.has("date_due") {
			s.Due = due
		}
	})
	if err != nil {
		return nil, err
	}
	return &savedAnswer{Item: newSavedObject(item)}, nil
}

func (s *Server) savedDelete(ctx context.Context, q *request) (answer, error) {
	id, ts, err := q.savedItem()
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.Unsave(ctx, q.caller.User, id, ts)
}

func (s *Server) savedClearCompleted(ctx context.Context, q *request) (answer, error) {
	return done(), q.workspace.ClearCompleted(ctx, q.caller.User)
}

const (
	savedCursor = "saved"
	maxSavedAll = 50 // of a page, as each shows its message
	// maxSavedBytes is how much of messages a page shows; those beyond are null.
	maxSavedBytes = 4 << 20
)

// savedList lists items of one state with their messages, the newest first.
func (s *Server) savedList(ctx context.Context, q *request) (answer, error) {
	query, err := q.savedQuery()
	if err != nil {
		return nil, err
	}
	found, more, err := q.workspace.SavedItems(ctx, q.caller.User, query)
	if err != nil {
		return nil, err
	}
	counts, err := q.workspace.CountSaved(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	a := &savedListAnswer{Items: make([]savedObject, len(found)), Counts: savedCounts{
		counts.Open, counts.Overdue, counts.Completed, counts.Archived, counts.Open + counts.Completed + counts.Archived,
	}}
	room := maxSavedBytes
	for i, item := range found {
		a.Items[i] = newSavedObject(item)
		m, err := q.savedMessage(ctx, item)
		if err != nil {
			return nil, err
		}
		if m != nil && room > 0 {
			a.Items[i].Message = m
			room -= len(m.Text) + len(m.Blocks) + len(m.Attachments)
		}
	}
	next := ""
	if more {
		last := found[len(found)-1]
		next = strings.Join([]string{strconv.FormatInt(last.Created, 10), string(last.Channel), last.TS.String()}, " ")
	}
	a.page(encodeCursor(savedCursor, next))
	return a, nil
}

// savedMessage is the message as it is now, if the caller may read it now.
func (q *request) savedMessage(ctx context.Context, item store.Saved) (*chat.Message, error) {
	c, err := q.channel(ctx, item.Channel)
	if err == nil {
		var m chat.Message
		if m, err = q.workspace.Message(ctx, c.ID, item.TS); err == nil {
			q.present(&m, false)
			return &m, nil
		}
	}
	return nil, ignoreAbsent(err)
}

func (q *request) savedQuery() (store.SavedQuery, error) {
	query := store.SavedQuery{State: store.SavedOpen}
	switch q.args.text("filter") {
	case "", "saved":
	case "completed":
		query.State = store.SavedCompleted
	case "archived":
		query.State = store.SavedArchived
	default:
		return query, invalidArguments("[ERROR] must be saved, completed or archived [json-pointer:/filter]")
	}
	var err error
	if query.Limit, err = q.args.limit("limit", 15, maxSavedAll); err != nil {
		return query, err
	}
	place, err := q.args.cursor(savedCursor)
	if err != nil || place == "" {
		return query, err
	}
	parts := strings.Split(place, " ")
	if len(parts) != 3 {
		return query, fail("invalid_cursor")
	}
	created, err1 := strconv.ParseInt(parts[0], 10, 64)
	ts, err2 := chat.ParseTS(parts[2])
	if err1 != nil || err2 != nil {
		return query, fail("invalid_cursor")
	}
	query.After = store.Saved{Created: created, Channel: chat.ChannelID(parts[1]), TS: ts}
	return query, nil
}
