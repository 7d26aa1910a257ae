package store

import (
	"context"
	"encoding/json"
	"fmt"

	"taut/chat"
)

// Scheduled is a message that its author wants to be sent at a time.
type Scheduled struct {
	ID      string // Q…
	Channel chat.ChannelID
	User    chat.UserID
	PostAt  int64 // seconds, as Created
	Created int64
	Content ScheduledContent
	// Failed is why it could not be sent, as "code:what" of a chat.Error; "" while
	// it waits. It is shown for a week, and then forgotten.
	Failed string
}

// ScheduledContent is what is to be sent: checked and completed when it was
// scheduled. Whom it mentions is found when it is sent.
type ScheduledContent struct {
	Message   chat.Message    `json:"message"`
	Broadcast bool            `json:"broadcast,omitempty"`
	Mentions  chat.MentionSet `json:"mentions"`
	Links     chat.Links      `json:"links"`
	// Files are the author's, ready and shown by no message of theirs yet.
	Files []chat.FileID `json:"files,omitempty"`
	// Openly is Post's, as it was when the message was scheduled. The author must have a
	// token with the scope for it yet when it is sent.
	Openly bool `json:"openly,omitempty"`
}

const (
	// maxScheduled is how many messages of one author may wait.
	maxScheduled = 1000
	// maxScheduledAtOnce is how many of one author may be due in one channel
	// within five minutes: Slack's bound.
	maxScheduledAtOnce = 30
	scheduledSpan      = 5 * 60
	forgetFailedMS     = 7 * 24 * 60 * 60 * 1000
)

// Schedule keeps a message until PostAt. The author must be able to post it now:
// NotFound "channel", NotMember, Archived, NotFound "thread" or "file"; Limited "scheduled"
// or "at_once" where there are too many.
func (w *Workspace) Schedule(ctx context.Context, m Scheduled) (Scheduled, error) {
	m.ID, m.Created = chat.NewID("Q"), chat.Now().Unix()
	body, err := json.Marshal(m.Content)
	if err != nil {
		return m, fmt.Errorf("scheduled message: %w", err)
	}
	_, err = w.store.append(ctx, change{stream: w.id.Channel(m.Channel), reads: []read{{member: m.User}}, apply: func(t *turn) error {
		if err := t.maySchedule(m); err != nil {
			return err
		}
		t.exec("INSERT INTO scheduled_messages ("+scheduledColumns+") VALUES ("+placeholders(8)+")",
			string(w.id), string(m.Channel), m.ID, string(m.User), m.PostAt, m.Created, body, "")
		t.setDue(DueMessage, m.ID, m.PostAt*1000)
		return nil
	}})
	if err == nil {
		w.store.noteDue()
	}
	return m, err
}

func (t *turn) maySchedule(m Scheduled) error {
	if err := t.requireWriter(m.User, m.Content.Openly); err != nil {
		return err
	}
	if err := t.requireOpen(); err != nil {
		return err
	}
	if root := m.Content.Message.ThreadTS; root != 0 {
		if _, err := t.message(root); err != nil {
			if chat.CodeOf(err) == chat.NotFound {
				return errNoThread
			}
			return err
		}
	}
	for _, id := range m.Content.Files {
		if _, err := t.ownFile(m.User, id); err != nil {
			return err
		}
	}
	w := t.head.stream.Workspace
	var waiting, near int
	err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN stream_id = ? AND post_at BETWEEN ? AND ? THEN 1 ELSE 0 END), 0)"+
		" FROM scheduled_messages WHERE workspace_id = ? AND user_id = ?",
		string(m.Channel), m.PostAt-scheduledSpan, m.PostAt+scheduledSpan, string(w), string(m.User)).Scan(&waiting, &near)
	switch {
	case err != nil:
		return err
	case waiting >= maxScheduled:
		return chat.NewError(chat.Limited, "scheduled")
	case near >= maxScheduledAtOnce:
		return chat.NewError(chat.Limited, "at_once")
	}
	return nil
}

// DeleteScheduled takes back a message that was not sent. NotFound "scheduled".
func (w *Workspace) DeleteScheduled(ctx context.Context, user chat.UserID, ch chat.ChannelID, id string) error {
	_, err := w.store.append(ctx, change{stream: w.id.Channel(ch), apply: func(t *turn) error {
		m, err := t.scheduled(id)
		if err != nil {
			return err
		}
		if m.User != user {
			return errNotScheduled
		}
		t.forgetScheduled(id)
		return nil
	}})
	return err
}

var errNotScheduled = chat.NewError(chat.NotFound, "scheduled")

// forgetScheduled removes a message with what is due of it.
func (t *turn) forgetScheduled(id string) {
	st := t.head.stream
	t.batch.redacts = true
	t.exec("DELETE FROM scheduled_messages WHERE workspace_id = ? AND stream_id = ? AND message_id = ?", string(st.Workspace), string(st.ID), id)
	t.clearDue(DueMessage, id)
	t.clearDue(DueForget, id)
}

const scheduledColumns = "workspace_id, stream_id, message_id, user_id, post_at, created, body, failed"

const selectScheduled = "SELECT " + scheduledColumns + " FROM scheduled_messages WHERE workspace_id = ? AND "

func scanScheduled(r scanner) (m Scheduled, err error) {
	var w chat.WorkspaceID
	var body []byte
	if err := r.Scan(&w, &m.Channel, &m.ID, &m.User, &m.PostAt, &m.Created, &body, &m.Failed); err != nil {
		return m, absent(err, "scheduled")
	}
	if err := json.Unmarshal(body, &m.Content); err != nil {
		return m, fmt.Errorf("scheduled message %s: %w", m.ID, err)
	}
	return m, nil
}

// scheduled reads a message under its channel's lock.
func (t *turn) scheduled(id string) (Scheduled, error) {
	st := t.head.stream
	return scanScheduled(t.queryRow(selectScheduled+"stream_id = ? AND message_id = ?", string(st.Workspace), string(st.ID), id))
}

// ScheduledQuery selects an author's messages. Oldest and Latest are seconds,
// both included; Latest 0 is open. After is the last one of the page before.
type ScheduledQuery struct {
	User           chat.UserID
	Channel        chat.ChannelID // "": of all
	Oldest, Latest int64
	After          ScheduledPlace
	Limit          int
}

// ScheduledPlace is where a page begins.
type ScheduledPlace struct {
	PostAt int64
	ID     string
}

// ScheduledMessages lists by time, and tells whether there are more.
func (w *Workspace) ScheduledMessages(ctx context.Context, q ScheduledQuery) ([]Scheduled, bool, error) {
	where, args := "user_id = ? AND (post_at > ? OR post_at = ? AND message_id > ?) AND post_at >= ?",
		[]any{w.id, q.User, q.After.PostAt, q.After.PostAt, q.After.ID, q.Oldest}
	if q.Latest != 0 {
		where, args = where+" AND post_at <= ?", append(args, q.Latest)
	}
	if q.Channel != "" {
		where, args = where+" AND stream_id = ?", append(args, q.Channel)
	}
	limit := pageLimit(q.Limit)
	rows, err := w.store.db.QueryContext(ctx, selectScheduled+where+" ORDER BY post_at, message_id LIMIT ?", append(args, limit+1)...)
	all, err := collect(rows, err, scanScheduled)
	if len(all) > limit {
		return all[:limit], true, err
	}
	return all, false, err
}
