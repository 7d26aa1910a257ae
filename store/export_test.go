package store

import (
	"context"
	"testing"

	"taut/chat"
)

// AppendBroken appends with a statement that the database refuses.
func AppendBroken(ctx context.Context, s *Store, st chat.Stream) error {
	_, err := s.append(ctx, change{stream: st, apply: func(t *turn) error {
		t.exec("INSERT INTO no_such_table (a) VALUES (?)", 1)
		return nil
	}})
	return err
}

// AppendThenRefuse emits an event and then refuses, having read meanwhile or not.
func AppendThenRefuse(ctx context.Context, s *Store, st chat.Stream, read bool) error {
	_, err := s.append(ctx, change{stream: st, apply: func(t *turn) error {
		_, err := t.emit(newEvent{Type: "message", Kind: kindRoot, Payload: func(int64, chat.TS) ([]byte, error) { return []byte("{}"), nil }})
		if err != nil {
			return err
		}
		if read {
			var n int
			if err := t.queryRow("SELECT COUNT(*) FROM events").Scan(&n); err != nil {
				return err
			}
		}
		return chat.NewError(chat.Forbidden, "test")
	}})
	return err
}

// OnRestoreStep calls f at each step of a restore.
func OnRestoreStep(f func(step string)) { restoreStep = f }

// ForgetShown makes the log one without a chain of what is shown.
func ForgetShown(t testing.TB, s *Store) {
	t.Helper()
	err := s.write(t.Context(), func(t *tx) error {
		for _, q := range []string{"UPDATE events SET shown = -1", "UPDATE heads SET shown = 0, shown_at = seq - 1"} {
			if _, err := t.exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ShownKnown tells whether the channel's head knows the last message shown.
func ShownKnown(t testing.TB, w *Workspace, ch chat.ChannelID) bool {
	t.Helper()
	h, err := w.store.shownHead(t.Context(), w.id.Channel(ch))
	if err != nil {
		t.Fatal(err)
	}
	return h.shown != unknownShown
}

// LoseEvent takes an event out of the log.
func LoseEvent(t testing.TB, s *Store, st chat.Stream, ts chat.TS) {
	t.Helper()
	err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("DELETE FROM events WHERE workspace_id = ? AND stream_id = ? AND ts = ?", st.Workspace, st.ID, int64(ts))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const (
	MaxPins      = maxPins
	MaxBookmarks = maxBookmarks
)
