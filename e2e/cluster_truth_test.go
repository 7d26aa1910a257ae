//go:build e2e && mariadb && s3

package e2e

import (
	"log/slog"

	"taut/chat"
	"taut/internal/history"
	"taut/store"
)

// judge compares what everybody was told and shown with the log.
func (w *crowd) judge() {
	w.t.Helper()
	w.hush()
	w.caughtUp()
	w.settled()
	w.leave()
	for _, r := range w.readers {
		r.check(w.t)
	}
	stamp(w.record, w.readers[0].held(), "")
	w.truth()
	judge(w.t, w.record, strict)
}

// truth adds what the log holds.
func (w *crowd) truth() {
	w.t.Helper()
	st, err := store.Open(w.t.Context(), store.Options{Data: w.t.TempDir(), MySQL: w.cluster.dsn, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.t.Fatal(err)
	}
	defer st.Close()
	members := w.members()
	for _, id := range streams(w.record) {
		of := members[chat.StreamID(id)]
		stream := chat.Stream{Workspace: chat.WorkspaceID(of.space.ID), ID: chat.StreamID(id)}
		addLog(w.t, st, w.record, stream, st.Incarnation())
		if stream.ID.Kind() == chat.ChannelStream {
			addIntervals(w.t, st, w.record, of.users, stream, st.Incarnation())
		}
	}
}

// audience is who may be in a stream.
type audience struct {
	space workspace
	users []string
}

// members are the audiences of all streams that somebody was told of. In a channel that
// the seed doesn't name, as #general, all may be of the workspace of who heard of it.
func (w *crowd) members() map[chat.StreamID]audience {
	members := map[chat.StreamID]audience{}
	home := map[chat.UserID]audience{}
	for _, space := range w.spaces {
		all := audience{space: space}
		for _, u := range space.Users {
			all.users = append(all.users, u.ID)
			members[chat.StreamID(u.ID)] = audience{space, []string{u.ID}}
		}
		for _, u := range all.users {
			home[chat.UserID(u)] = all
		}
		for _, channel := range space.Channels {
			members[chat.StreamID(channel.ID)] = audience{space, channel.Members}
		}
	}
	for _, rec := range w.record.Records() {
		if _, known := members[rec.Stream]; !known && rec.Kind == history.Resume {
			members[rec.Stream] = home[rec.User]
		}
	}
	return members
}
