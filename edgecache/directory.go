package edgecache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"taut/chat"
	"taut/stream"
)

// directory is a workspace's, as of a seq of its stream.
type directory struct {
	workspace   chat.WorkspaceID
	incarnation string

	mu       sync.RWMutex
	tail     stream.Tail             // started when the rows are there
	users    index[chat.User]        // guarded by mu
	channels index[chat.PublicFacts] // public ones; guarded by mu

	health health
}

func newDirectory(w chat.WorkspaceID, incarnation string) *directory {
	return &directory{workspace: w, incarnation: incarnation, users: newIndex[chat.User](), channels: newIndex[chat.PublicFacts]()}
}

// Rough sizes of what an entry, or a directory, takes besides its texts.
const (
	userBytes      = 650
	channelBytes   = 400
	directoryBytes = 4_096
)

// userEntry takes the user as an event shows them, so that it makes no difference which
// way they came.
func userEntry(o chat.UserObject) *entry[chat.User] {
	u := o.User()
	size := userBytes + len(u.Name) + len(u.RealName) + len(u.DisplayName) + len(u.Email) + len(u.Title) + len(u.StatusText) +
		len(u.StatusEmoji) + len(u.TimeZone) + len(u.Avatar) + len(u.Details.Phone) + len(u.Details.Skype) + len(u.Details.Pronouns)
	return newEntry(string(u.ID), u, u.Deleted, int64(size), u.DisplayName, u.RealName, u.Name)
}

func channelEntry(f chat.PublicFacts) *entry[chat.PublicFacts] {
	return newEntry(string(f.ID), f, f.Archived, int64(channelBytes+len(f.Name)), f.Name)
}

// offer takes events of the stream that somebody told, under the lock, so that they are
// at no time both taken and not to be seen. It tells whether some before them are missing.
func (d *directory) offer(take func() []chat.Event) (behind bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.apply(d.tail.Offer(take()))
	return d.tail.Behind()
}

// start begins to follow the stream after seq, up to which the rows are.
func (d *directory) start(seq int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.apply(d.tail.Start(seq))
}

// reach reads from the log what the directory lacks up to a head that was read at the
// given time.
func (d *directory) reach(ctx context.Context, log Log, head int64, at time.Time) error {
	d.mu.Lock()
	d.tail.Saw(head)
	d.mu.Unlock()
	for {
		after, err := d.missing(head, at)
		if err != nil || after < 0 {
			return err
		}
		page, err := log.Read(ctx, chat.ReadRequest{Stream: d.workspace.Directory(), After: after, Limit: logPage})
		if err != nil {
			return fmt.Errorf("read the directory's stream: %w", err)
		}
		if err := d.take(after, page); err != nil {
			return err
		}
	}
}

// missing is after which seq the log has to be read; -1: the head is reached.
func (d *directory) missing(head int64, at time.Time) (after int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.health.why(); err != nil {
		return 0, err
	}
	if d.tail.Seq() >= head {
		d.health.reached(at)
		return -1, nil
	}
	return d.tail.Seq(), nil
}

var (
	errTrimmed = errors.New("the log no longer has what the directory lacks")
	errGone    = errors.New("the workspace's stream is gone")
)

// take takes the page of the log that begins after a seq.
func (d *directory) take(after int64, p chat.Page) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	next, lost := d.tail.Page(p)
	switch {
	case p.Gone, p.Next <= after:
		d.health.end(errGone)
	case lost:
		d.health.end(errTrimmed)
	default:
		d.apply(next)
	}
	return d.health.why()
}

// apply is of events in their order, under the lock.
func (d *directory) apply(events []chat.Event) {
	for i := range events {
		if d.health.why() != nil {
			break
		}
		if err := d.applyOne(&events[i]); err != nil {
			d.health.end(fmt.Errorf("event %d of the workspace's stream, %s: %w", events[i].Seq, events[i].Type, err))
		}
	}
	d.users.settle()
	d.channels.settle()
	d.weigh()
}

// weigh is under the lock.
func (d *directory) weigh() { d.health.weighs(directoryBytes + d.users.bytes + d.channels.bytes) }

// applyOne does what an event says. Those of other types say nothing of what is held.
func (d *directory) applyOne(e *chat.Event) error {
	switch e.Type {
	case "team_join", "user_change":
		var body struct {
			User chat.UserObject `json:"user"`
		}
		if err := json.Unmarshal(e.Payload, &body); err != nil {
			return err
		}
		if body.User.ID == "" || body.User.TeamID != d.workspace {
			return errStrange
		}
		d.users.put(userEntry(body.User))
		return nil
	case "channel_created", "channel_rename", "channel_archive", "channel_unarchive", chat.SubtypeToPrivate, chat.SubtypeToPublic:
		return d.applyChannel(e)
	}
	return nil
}

var errStrange = errors.New("it names nothing of this workspace")

// channelEvent is what the events of public channels say: of one that is new to all
// its facts, of a renamed one its id and name, of the others its id alone.
type channelEvent struct {
	Channel channelOf `json:"channel"`
}

type channelOf struct {
	ID       chat.ChannelID `json:"id"`
	Name     string         `json:"name"`
	Creator  chat.UserID    `json:"creator"`
	Created  int64          `json:"created"`
	General  bool           `json:"is_general"`
	Archived bool           `json:"is_archived"`
}

// UnmarshalJSON takes the id by itself too.
func (c *channelOf) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, &c.ID)
	}
	type object channelOf
	return json.Unmarshal(text, (*object)(c))
}

func (d *directory) applyChannel(e *chat.Event) error {
	var body channelEvent
	if err := json.Unmarshal(e.Payload, &body); err != nil {
		return err
	}
	told := body.Channel
	if told.ID == "" {
		return errStrange
	}
	if e.Type == "channel_created" || e.Type == chat.SubtypeToPublic {
		d.channels.put(channelEntry(chat.PublicFacts(told)))
		return nil
	}
	known := d.channels.latest(string(told.ID))
	if known == nil { // the rows, read after this event, had it as private
		return nil
	}
	f := known.value
	switch e.Type {
	case chat.SubtypeToPrivate:
		d.channels.remove(known)
		return nil
	case "channel_rename":
		f.Name = told.Name
	default:
		f.Archived = e.Type == "channel_archive"
	}
	d.channels.put(channelEntry(f))
	return nil
}
