package webapi

import (
	"context"
	"encoding/json"
	"time"
	"unicode/utf8"

	"taut/chat"
	"taut/internal/when"
	"taut/store"
)

func (s *Server) remindersMethods() []method {
	read, write := []string{"reminders:read"}, []string{"reminders:write"}
	people := []chat.TokenType{chat.UserToken}
	one := []string{"reminder"}
	return []method{
		{name: "reminders.add", handle: s.remindersAdd, scopes: write, tokens: people, required: []string{"text", "time"}},
		{name: "reminders.complete", handle: s.remindersComplete, scopes: write, tokens: people, required: one, errors: map[string]string{
			"invalid:recurring": "cannot_complete_recurring", "not_found:reminder": "not_found",
		}},
		{name: "reminders.delete", handle: s.remindersDelete, scopes: write, tokens: people, required: one},
		{name: "reminders.info", handle: s.remindersInfo, scopes: read, tokens: people, required: one},
		{name: "reminders.list", handle: s.remindersList, scopes: read, tokens: people},
	}
}

const maxReminderText = 3_000 // characters

type reminderAnswer struct {
	reply
	Reminder reminderObject `json:"reminder"`
}

type remindersAnswer struct {
	reply
	Reminders []reminderObject `json:"reminders"`
}

type reminderObject struct {
	ID         string            `json:"id"`
	Creator    chat.UserID       `json:"creator"`
	User       chat.UserID       `json:"user"`
	Text       string            `json:"text"`
	Recurring  bool              `json:"recurring"`
	Time       int64             `json:"time"` // of one that recurs: the next one
	CompleteTS int64             `json:"complete_ts"`
	Recurrence *recurrenceObject `json:"recurrence,omitempty"`
}

type recurrenceObject struct {
	Frequency string   `json:"frequency"`
	Weekdays  []string `json:"weekdays,omitempty"`
}

func newReminderObject(r store.Reminder) reminderObject {
	o := reminderObject{ID: r.ID, Creator: r.User, User: r.User, Text: r.Text, Time: r.At, CompleteTS: r.Completed}
	var every when.Recurrence
	if r.Recurrence != "" && json.Unmarshal([]byte(r.Recurrence), &every) == nil {
		o.Recurring = true
		o.Recurrence = &recurrenceObject{every.Frequency, every.WeekdayNames()}
	}
	return o
}

// remindersAdd keeps a reminder of the caller's own, at a time that is read in
// their time zone.
func (s *Server) remindersAdd(ctx context.Context, q *request) (answer, error) {
	if u := q.args.user("user"); u != "" && u != q.caller.User {
		return nil, fail("cannot_add_others")
	}
	text := q.format(ctx, q.args.text("text"))
	if isBlank(text) || utf8.RuneCountInString(text) > maxReminderText {
		return nil, invalidArguments("[ERROR] must be of 1 to 3000 characters [json-pointer:/text]")
	}
	me, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	m, err := q.moment(chat.Now().In(me.Zone()))
	if err != nil {
		return nil, err
	}
	r := store.Reminder{User: me.ID, Text: text, At: m.At.Unix()}
	if m.Every != nil {
		every, err := encode(m.Every)
		if err != nil {
			return nil, err
		}
		r.Recurrence = string(every)
	}
	if r, err = q.workspace.AddReminder(ctx, r); err != nil {
		return nil, err
	}
	return &reminderAnswer{Reminder: newReminderObject(r)}, nil
}

// moment reads time and recurrence.
func (q *request) moment(now time.Time) (when.Moment, error) {
	m, err := when.Parse(q.args.text("time"), now)
	if err != nil {
		return m, fail("cannot_parse")
	}
	var every recurrenceObject
	if raw := q.args.json("recurrence"); raw != nil {
		if json.Unmarshal(raw, &every) != nil || !m.Repeat(every.Frequency, every.Weekdays) {
			return m, fail("cannot_parse")
		}
	}
	return m, nil
}

func (s *Server) remindersComplete(ctx context.Context, q *request) (answer, error) {
	return done(), q.workspace.CompleteReminder(ctx, q.caller.User, q.args.text("reminder"))
}

func (s *Server) remindersDelete(ctx context.Context, q *request) (answer, error) {
	return done(), q.workspace.DeleteReminder(ctx, q.caller.User, q.args.text("reminder"))
}

func (s *Server) remindersInfo(ctx context.Context, q *request) (answer, error) {
	r, err := q.workspace.Reminder(ctx, q.caller.User, q.args.text("reminder"))
	if err != nil {
		return nil, err
	}
	return &reminderAnswer{Reminder: newReminderObject(r)}, nil
}

func (s *Server) remindersList(ctx context.Context, q *request) (answer, error) {
	all, err := q.workspace.Reminders(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	a := &remindersAnswer{Reminders: make([]reminderObject, len(all))}
	for i, r := range all {
		a.Reminders[i] = newReminderObject(r)
	}
	return a, nil
}
