package history

import (
	"slices"

	"taut/chat"
)

// tombstoneText is what stands for a deleted root that has replies.
const tombstoneText = "This message was deleted."

// checkDeleted: of a message that was deleted the log holds nothing, where it was
// and in what was told of it.
func (c *checker) checkDeleted(s *streamTruth) {
	for _, e := range s.order {
		if _, deleted := s.deleted[e.TS]; deleted && !e.redacted() {
			c.violate("G10", "%s %d was deleted and is still %s", s.id, e.Seq, e.describe())
		}
		for _, kept := range e.Copies {
			if _, deleted := s.deleted[kept.TS]; deleted && !kept.redacted() {
				c.violate("G10", "%s %d holds %q as %s, which was deleted", s.id, e.Seq, kept.Text, kept.Of)
			}
		}
	}
}

// redacted tells whether the log's event lost its content.
func (r Record) redacted() bool {
	return r.Subtype == chat.SubtypeTombstone || r.Type == chat.TypeMessage && r.Text == ""
}

func (c Copy) redacted() bool { return c.Text == "" || c.Text == tombstoneText }

// same tells whether a client's event is the log's: its content may have been
// redacted since, and is then the tombstone for all.
func same(seen, log Record) bool {
	if seen.Type != log.Type || seen.TS != 0 && seen.TS != log.TS {
		return false
	}
	if log.Subtype == chat.SubtypeTombstone {
		return true
	}
	return (seen.Text == log.Text || log.redacted()) && sameCopies(seen.Copies, log.Copies)
}

// sameCopies: of one that was redacted the copies inside of it are gone, too.
func sameCopies(seen, log []Copy) bool {
	lost := false
	for _, l := range log {
		i := slices.IndexFunc(seen, func(c Copy) bool { return c.Of == l.Of && c.TS == l.TS })
		if i < 0 || seen[i].Text != l.Text && !l.redacted() {
			return false
		}
		lost = lost || l.redacted()
	}
	return lost || len(seen) == len(log)
}

// seeDeleted: who asks long after a message was deleted is shown nothing of it.
func (r *reader) seeDeleted(s *streamTruth, p *place, seen Record) {
	show := func(ts chat.TS, what string) {
		if at, deleted := s.deleted[ts]; deleted && r.late(p, at) {
			r.violate("G10", "%s asked at %d and saw in %s %d %q, which was deleted at %d", r.name, p.askedMS, s.id, seen.Seq, what, at)
		}
	}
	if e, ok := s.events[seen.Seq]; ok && !seen.redacted() {
		show(e.TS, seen.Text)
	}
	for _, c := range seen.Copies {
		if !c.redacted() {
			show(c.TS, c.Text)
		}
	}
}

// late tells whether the client is being answered a question that it asked so
// long after the time that everybody knew by then.
func (r *reader) late(p *place, ms int64) bool {
	return !r.options.NoClock && p.liveMS == never && p.askedMS > ms+r.options.BoundMS
}
