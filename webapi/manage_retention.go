package webapi

import (
	"context"
	"strconv"

	"taut/chat"
	"taut/store"
)

func (s *Server) retentionMethods() []method {
	return []method{
		s.managed("manage.channels.setRetention", chat.ManageSettings, s.manageChannelsSetRetention, "channel", "days"),
		s.managed("manage.channels.getRetention", chat.ManageSettings, s.manageChannelsGetRetention, "channel"),
		s.managed("manage.retention.preview", chat.ManageSettings, s.manageRetentionPreview),
	}
}

// retentionAnswer: own_days is null where the channel keeps to the workspace's.
type retentionAnswer struct {
	reply
	Channel       chat.ChannelID `json:"channel"`
	OwnDays       *int           `json:"own_days"`
	WorkspaceDays int            `json:"workspace_days"`
}

// ofWorkspace is what days says to give up a channel's own.
const ofWorkspace = "workspace"

func (s *Server) manageChannelsSetRetention(ctx context.Context, q *request) (answer, error) {
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	var days *int
	if text := q.args.text("days"); text != ofWorkspace {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > store.MaxRetentionDays {
			return nil, invalidArguments("[ERROR] must be a number of days, 0 for ever, or \"workspace\" [json-pointer:/days]")
		}
		days = &n
	}
	if err := q.workspace.SetChannelRetention(ctx, q.actor(), channel.ID, days); err != nil {
		return nil, err
	}
	return q.retention(ctx, channel.ID)
}

func (s *Server) manageChannelsGetRetention(ctx context.Context, q *request) (answer, error) {
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	return q.retention(ctx, channel.ID)
}

func (q *request) retention(ctx context.Context, channel chat.ChannelID) (answer, error) {
	own, err := q.workspace.ChannelRetention(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := q.workspace.Settings(ctx)
	a := &retentionAnswer{Channel: channel, WorkspaceDays: settings.RetentionDays}
	if days, found := own[channel]; found {
		a.OwnDays = &days
	}
	return a, err
}

// previewAnswer is what would go now. Channels that the caller doesn't see are
// counted together.
type previewAnswer struct {
	reply
	Channels []previewed `json:"channels"`
	Hidden   hiddenCount `json:"hidden"`
}

type previewed struct {
	Channel  chat.ChannelID `json:"channel"`
	Days     int            `json:"days"`
	Messages int            `json:"messages"`
	Oldest   chat.TS        `json:"oldest"`
	Newest   chat.TS        `json:"newest"`
}

type hiddenCount struct {
	Channels int `json:"channels"`
	Messages int `json:"messages"`
}

// maxPreviewed bounds the channels that are listed one by one.
const maxPreviewed = 1000

func (s *Server) manageRetentionPreview(ctx context.Context, q *request) (answer, error) {
	all, err := q.workspace.Expiring(ctx, chat.Now())
	if err != nil {
		return nil, err
	}
	a := &previewAnswer{Channels: []previewed{}}
	for _, x := range all {
		_, err := q.channel(ctx, x.Channel)
		if code := chat.CodeOf(err); code == chat.Internal || code == chat.Unavailable {
			return nil, err
		}
		if err != nil || len(a.Channels) == maxPreviewed {
			a.Hidden.Channels++
			a.Hidden.Messages += x.Messages
			continue
		}
		a.Channels = append(a.Channels, previewed{x.Channel, x.Days, x.Messages, x.Oldest, x.Newest})
	}
	return a, nil
}
