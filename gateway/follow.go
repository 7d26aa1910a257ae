package gateway

import (
	"encoding/json"

	"taut/chat"
)

// follow takes an event of the user's own stream, which says what the user
// joined and left. The channel's stream, where both are events too, may be ahead
// of it or behind.
func (sh *shard) follow(s *session, own *sub, ev *chat.Event) {
	if ev.Type == chat.TypeTokenRevoked {
		sh.revoke(s, ev)
	}
	change, ok := ev.MembershipChange()
	if ev.Seq > s.applied {
		s.applied = ev.Seq
		switch {
		case ev.Type == "manual_presence_change":
			sh.setAway(s, ev)
		case !ok:
		case change.JoinedSeq > 0:
			sh.joined(s, chat.StreamID(change.Channel), change.JoinedSeq)
		default:
			sh.parted(s, chat.StreamID(change.Channel), change.LeftSeq)
		}
	}
	if ok && change.JoinedSeq > 0 && own.resume != nil {
		sh.resumeJoined(s, own.resume, change)
	}
}

// joined subscribes the session from the join on. Where it still follows the
// stream up to an earlier leave, the log tells what of the time between is for
// the user.
func (sh *shard) joined(s *session, id chat.StreamID, seq int64) {
	b := s.subs[id]
	if b == nil {
		b = sh.subscribe(s, id)
		b.joined = seq
		sh.lag(b, seq-1)
		return
	}
	if b.joined >= seq && b.entry != nil {
		// The snapshot knew of it before the user's stream did. A client that
		// goes by cursors dropped the channel's events until now.
		if b.joined == seq && s.aware && b.resume == nil {
			sh.lag(b, seq-1)
		}
		return
	}
	at := b.position()
	b.joined, b.until, b.byUser = seq, 0, true
	if b.entry == nil { // it was only being resumed
		sh.attach(b)
		b.base = seq - 1
	}
	sh.lag(b, at)
}

// setAway has the lease say so at once: a presence server that is new to the user, or
// lost all leases, knows of a manual away from leases alone.
func (sh *shard) setAway(s *session, ev *chat.Event) {
	var set struct {
		Presence string `json:"presence"`
	}
	if json.Unmarshal(ev.Payload, &set) != nil {
		return
	}
	s.away = set.Presence == "away"
	if s.ready {
		sh.opened = append(sh.opened, s.device())
	}
}

// parted ends the subscription where the user left: now, or when the stream
// gets there.
func (sh *shard) parted(s *session, id chat.StreamID, seq int64) {
	b := s.subs[id]
	switch {
	case b == nil || b.entry == nil || b.joined > seq:
	case b.position() >= seq:
		sh.unsubscribe(b)
	default:
		b.until = seq
	}
}

// reconsider looks whether an event of the directory is about the session's own
// user, whose rights may be others now.
func (sh *shard) reconsider(s *session, ev *chat.Event) {
	if ev.Type == "team_pref_change" {
		sh.requireFactor(s, ev)
	}
	if ev.Type != "user_change" {
		return
	}
	var change struct {
		User struct {
			ID         chat.UserID `json:"id"`
			Deleted    bool        `json:"deleted"`
			Guest      bool        `json:"is_restricted"`
			SingleOnly bool        `json:"is_ultra_restricted"`
		} `json:"user"`
	}
	if json.Unmarshal(ev.Payload, &change) != nil || change.User.ID != s.caller.User {
		return
	}
	switch {
	case change.User.Deleted:
		sh.fail(s, deactivated)
	case (change.User.Guest || change.User.SingleOnly) != s.caller.Role.IsGuest():
		sh.fail(s, changed)
	}
}

// requireFactor ends a browser's socket where second factors are asked for from now
// on: who has one comes back at once, and who has none is refused.
func (sh *shard) requireFactor(s *session, ev *chat.Event) {
	var pref struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	}
	if s.caller.TokenType == chat.SessionToken && json.Unmarshal(ev.Payload, &pref) == nil && pref.Name == "require_totp" && pref.Value == true {
		sh.fail(s, changed)
	}
}

// revoke ends the socket whose token ended, whatever is still on its way to it.
func (sh *shard) revoke(s *session, ev *chat.Event) {
	var ended struct {
		TokenID string `json:"token_id"`
	}
	if json.Unmarshal(ev.Payload, &ended) == nil && ended.TokenID == s.caller.TokenID {
		sh.fail(s, revoked)
	}
}

// part notes a leave that the next snapshot may not know of.
func (s *session) part(id chat.StreamID, seq int64) {
	if s.parted == nil {
		s.parted = map[chat.StreamID]int64{}
	}
	s.parted[id] = seq
}
