package gateway

import (
	"taut/chat"
	"taut/wire"
)

// watch is a user that sessions of a shard watch.
type watch struct {
	sessions []*session // each keeps its index here
	known    bool
	state    chat.PresenceState
}

// do shows a state to the sessions that watch the user, if it is news.
func (t told) do(sh *shard) {
	w := sh.watched[watchKey{t.workspace, t.state.User}]
	if w == nil || w.known && w.state.Version >= t.state.Version {
		return
	}
	news := !w.known || w.state.Active != t.state.Active
	w.known, w.state = true, t.state
	if !news {
		return
	}
	for _, s := range w.sessions {
		sh.present(s, t.state)
	}
}

func (sh *shard) present(s *session, state chat.PresenceState) {
	sh.send(s, wire.TextFrame(wire.AppendPresence(nil, state.User, state.Active, s.batch)))
}

// watching replaces the set of users whose presence a session sees.
type watching struct {
	session *session
	users   []chat.UserID
}

func (c *watching) do(sh *shard) {
	s := c.session
	if s.closing {
		return
	}
	set := make(map[chat.UserID]struct{}, len(c.users))
	for _, u := range c.users {
		set[u] = struct{}{}
	}
	var wishes []wish
	for u := range s.watching {
		if _, stays := set[u]; !stays {
			wishes = sh.unwatchOne(s, u, wishes)
		}
	}
	if s.watching == nil {
		s.watching = make(map[chat.UserID]int, len(set))
	}
	for _, u := range c.users {
		if _, had := s.watching[u]; !had {
			wishes = sh.watchOne(s, u, wishes)
		}
	}
	if len(wishes) > 0 {
		sh.server.presence.wish(wishes)
	}
}

func (sh *shard) watchOne(s *session, u chat.UserID, wishes []wish) []wish {
	k := watchKey{s.caller.Workspace, u}
	w := sh.watched[k]
	if w == nil {
		w = &watch{}
		sh.watched[k] = w
		wishes = append(wishes, wish{sh, true, k})
	}
	s.watching[u] = len(w.sessions)
	w.sessions = append(w.sessions, s)
	if w.known {
		sh.present(s, w.state)
	}
	return wishes
}

func (sh *shard) unwatchOne(s *session, u chat.UserID, wishes []wish) []wish {
	k := watchKey{s.caller.Workspace, u}
	w := sh.watched[k]
	i, last := s.watching[u], len(w.sessions)-1
	w.sessions[i] = w.sessions[last]
	w.sessions[i].watching[u] = i
	w.sessions[last] = nil
	w.sessions = w.sessions[:last]
	delete(s.watching, u)
	if last > 0 {
		return wishes
	}
	delete(sh.watched, k)
	return append(wishes, wish{sh, false, k})
}

// hide ends what a guest sees of one who left a channel of theirs, or of all where
// the guest left: whom they may still see they are told when they ask again.
func (sh *shard) hide(s *session, who chat.UserID) {
	if who == s.caller.User {
		sh.unwatch(s)
		return
	}
	if _, had := s.watching[who]; had {
		if wishes := sh.unwatchOne(s, who, nil); len(wishes) > 0 {
			sh.server.presence.wish(wishes)
		}
	}
}

func (sh *shard) unwatch(s *session) {
	var wishes []wish
	for u := range s.watching {
		wishes = sh.unwatchOne(s, u, wishes)
	}
	s.watching = nil
	if len(wishes) > 0 {
		sh.server.presence.wish(wishes)
	}
}

// renew renews the leases of all sockets of the shard.
func (sh *shard) renew() {
	devices := make([]chat.Device, 0, len(sh.sessions))
	for s := range sh.sessions {
		if s.ready && !s.closing {
			devices = append(devices, s.device())
		}
	}
	if len(devices) > 0 {
		sh.server.presence.renew(devices)
	}
}
