package store

import (
	"context"
	"fmt"

	"taut/chat"
)

// FailedByRestore is why a message that was scheduled is not sent: it may have
// been, after the copy was made that was put back.
const FailedByRestore = "restored"

// missed are the rows of due, of a kind, whose time was before: also those that
// were put off.
const missed = " WHERE kind = ? AND (due_ms <= ? OR attempts > 0)"

// holdMissed keeps what was due before now, of a copy that was put back, from
// being sent and told for a second time. Messages are marked as failed, reminders
// and saved messages stay as they are when they were told, and what recurs comes
// at its next time.
func (s *Store) holdMissed(ctx context.Context) error {
	now := chat.Now().UnixMilli()
	err := s.write(ctx, func(t *tx) error {
		for _, q := range []struct {
			query string
			args  []any
		}{
			{"UPDATE due SET kind = ?, due_ms = ?, attempts = 0" + missed,
				[]any{string(DueForget), now + forgetFailedMS, string(DueMessage), now}},
			{"UPDATE scheduled_messages SET failed = ? WHERE failed = '' AND EXISTS (SELECT 1 FROM due WHERE due.workspace_id = scheduled_messages.workspace_id" +
				" AND due.stream_id = scheduled_messages.stream_id AND due.kind = ? AND due.item_id = scheduled_messages.message_id)",
				[]any{FailedByRestore, string(DueForget)}},
			{"UPDATE due SET kind = ?, attempts = 0" + missed + " AND EXISTS (SELECT 1 FROM reminders WHERE reminders.workspace_id = due.workspace_id" +
				" AND reminders.user_id = due.stream_id AND reminders.reminder_id = due.item_id AND reminders.recurrence <> '')",
				[]any{string(DueSkip), string(DueReminder), now}},
			{"DELETE FROM due" + missed, []any{string(DueReminder), now}},
			{"DELETE FROM due" + missed, []any{string(DueSaved), now}},
		} {
			if _, err := t.exec(q.query, q.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("what was due before: %w", err)
	}
	return nil
}
