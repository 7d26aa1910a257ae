package scheduler

import (
	"context"
	"fmt"

	"taut/chat"
	"taut/store"
)

// do does one thing that is due. An error that passes leaves it due.
func (s *Server) do(ctx context.Context, d store.Due) error {
	// What is under way is finished though the scheduler ends.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), itemTime)
	defer cancel()
	w := s.store.Workspace(d.Stream.Workspace)
	switch d.Kind {
	case store.DueMessage:
		var links chat.Links
		sent, err := w.SendScheduled(ctx, d, func(ctx context.Context, m store.Scheduled) (store.Mentioned, error) {
			links = m.Content.Links
			return s.mentioned(ctx, d.Stream.Workspace, m)
		})
		if err == nil && sent.Event.Seq > 0 && s.links != nil {
			s.links.Look(d.Stream.Workspace, chat.ChannelID(sent.Event.Stream.ID), sent.Message, links)
		}
		return err
	case store.DueForget:
		return w.ForgetScheduled(ctx, d)
	case store.DueReminder:
		return w.FireReminder(ctx, d, reminding, nextTime)
	case store.DueSkip:
		return w.SkipReminder(ctx, d, nextTime)
	case store.DueStatus:
		return w.EndStatus(ctx, d)
	case store.DueSaved:
		return w.FireSaved(ctx, d, s.remindingOf)
	}
	return fmt.Errorf("due thing of unknown kind %q", d.Kind)
}

// mentioned is whom a scheduled message mentions, now that it is sent.
func (s *Server) mentioned(ctx context.Context, w chat.WorkspaceID, m store.Scheduled) (store.Mentioned, error) {
	users, all, err := s.mentions.Mentioned(ctx, chat.MentionQuery{
		Workspace: w, Channel: m.Channel, Author: m.User, Mentions: m.Content.Mentions, Text: m.Content.Message.Text,
	})
	return store.Mentioned{Users: users, All: all}, err
}
