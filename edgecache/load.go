package edgecache

import (
	"context"
	"fmt"
	"time"

	"taut/chat"
	"taut/store"
)

// Log is what a cache asks of the store besides a workspace's rows.
type Log interface {
	Incarnation() string
	Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error)
	// Heads leaves out streams that have no event.
	Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error)
}

const (
	rowsPage = 1_000 // rows of one query
	logPage  = 1_000 // events of one
)

var errTooLarge = chat.NewError(chat.Unavailable, "directory size")

// load makes the snapshot of d and brings it up to the head. Of a workspace that isn't
// there it has nothing, and found is false.
func load(ctx context.Context, s *store.Store, log Log, d *directory, most int64) (found bool, err error) {
	head, found, err := headOf(ctx, log, d.workspace)
	if err != nil || !found {
		return found, err
	}
	if err := d.readRows(ctx, s.Workspace(d.workspace), most); err != nil {
		return true, err
	}
	d.start(head)
	at := time.Now()
	if head, _, err = headOf(ctx, log, d.workspace); err != nil {
		return true, err
	}
	return true, d.reach(ctx, log, head, at)
}

func headOf(ctx context.Context, log Log, w chat.WorkspaceID) (seq int64, found bool, err error) {
	heads, err := log.Heads(ctx, []chat.Stream{w.Directory()})
	if err != nil {
		return 0, false, fmt.Errorf("head of the directory: %w", err)
	}
	if len(heads) == 0 {
		return 0, false, nil
	}
	return heads[0].Seq, true, nil
}

// readRows reads all users and public channels, unless they take more than most bytes.
// Nobody else has the directory yet.
func (d *directory) readRows(ctx context.Context, w *store.Workspace, most int64) error {
	users, channels := newIndex[chat.User](), newIndex[chat.PublicFacts]()
	if err := readUsers(ctx, w, adding(&users, most)); err != nil {
		return fmt.Errorf("users of the directory: %w", err)
	}
	if err := readChannels(ctx, w, adding(&channels, most-users.bytes)); err != nil {
		return fmt.Errorf("channels of the directory: %w", err)
	}
	users.sort()
	channels.sort()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users, d.channels = users, channels
	d.weigh()
	return nil
}

// adding adds entries to an index until it is too large.
func adding[T any](x *index[T], most int64) func(*entry[T]) error {
	return func(e *entry[T]) error {
		if x.add(e); x.bytes > most {
			return errTooLarge
		}
		return nil
	}
}

func readUsers(ctx context.Context, w *store.Workspace, take func(*entry[chat.User]) error) error {
	return readAll(func(after chat.UserID) ([]chat.User, error) { return w.Users(ctx, after, rowsPage) },
		func(u chat.User) chat.UserID { return u.ID }, func(u chat.User) error { return take(userEntry(u.Object())) })
}

func readChannels(ctx context.Context, w *store.Workspace, take func(*entry[chat.PublicFacts]) error) error {
	return readAll(func(after chat.ChannelID) ([]chat.PublicFacts, error) { return w.PublicChannels(ctx, after, rowsPage) },
		func(f chat.PublicFacts) chat.ChannelID { return f.ID }, func(f chat.PublicFacts) error { return take(channelEntry(f)) })
}

// readAll takes all rows that the pages bring, until one is not taken.
func readAll[T any, ID ~string](page func(after ID) ([]T, error), idOf func(T) ID, take func(T) error) error {
	for after := ID(""); ; {
		rows, err := page(after)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			after = idOf(row)
			if err := take(row); err != nil {
				return err
			}
		}
	}
}
