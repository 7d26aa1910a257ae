package webapi

import (
	"bytes"
	"context"

	"taut/chat"
	"taut/store"
)

// mayUpdate gives the check of a message that the caller wants to update. People
// may for as long as the workspace's settings say; programs may always.
func (q *request) mayUpdate(ctx context.Context) (func(chat.Message) error, error) {
	settings, err := q.workspace.Settings(ctx)
	if err != nil {
		return nil, err
	}
	windowMS := int64(settings.EditMinutes) * 60_000
	return func(m chat.Message) error {
		if !q.wrote(m) {
			return chat.NewError(chat.Forbidden, "message")
		}
		if windowMS > 0 && q.caller.Bot == "" && chat.Now().UnixMilli()-m.TS.MS() > windowMS {
			return fail("edit_window_closed")
		}
		return nil
	}, nil
}

// mentionsOfEdit is whom the message will mention. Nil where there is no message,
// which the update itself will find.
func (q *request) mentionsOfEdit(ctx context.Context, channel chat.ChannelID, ts chat.TS, c content) (*store.Mentioned, error) {
	m, err := q.workspace.Message(ctx, channel, ts)
	if chat.CodeOf(err) == chat.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c.revise(&m)
	var now store.Mentioned
	now.Users, now.All, err = q.server.Mentioned(ctx, chat.MentionQuery{
		Workspace: q.caller.Workspace, Channel: channel, Author: m.User, Mentions: chat.Mentions(m.Text + blockMentions(m.Blocks)), Text: m.Text,
	})
	return &now, err
}

// broadcast shows a reply in the channel too. What it says can't change with it.
func (q *request) broadcast(ctx context.Context, ts chat.TS, c content) (answer, error) {
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	mayUpdate, err := q.mayUpdate(ctx)
	if err != nil {
		return nil, err
	}
	m, err := q.workspace.BroadcastReply(ctx, store.Edit{
		Channel: channel.ID,
		TS:      ts,
		Actor:   q.caller.User,
		Check: func(m chat.Message) error {
			if err := mayUpdate(m); err != nil {
				return err
			}
			after := m
			c.revise(&after)
			if after.Text != m.Text || c.attachments != nil && !bytes.Equal(after.Attachments, m.Attachments) || q.args.has("file_ids") {
				return fail("no_dual_broadcast_content_update")
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	q.present(&m, true)
	return &updateAnswer{Channel: channel.ID, TS: ts, Text: m.Text, Message: &m}, nil
}
