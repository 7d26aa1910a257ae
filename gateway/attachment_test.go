package gateway

import (
	"context"
	"testing"

	"taut/chat"
)

// marking is one shard that follows one stream over a link.
type marking struct {
	*shard
	stream chat.Stream
	entry  *entry
	link   *attachment
	at     int64
}

func newMarking(t *testing.T) *marking {
	stream := chat.WorkspaceID("T1").Channel("C1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is subscribed
	s := &Server{cfg: Config{InboxEvents: 100, Owner: func(chat.Stream) chat.ChannelServer { return nil }}, ctx: ctx, metrics: newMetrics(Config{})}
	s.links = newLinks(s)
	sh := newShard(s, 0)
	s.shards = []*shard{sh}
	s.links.shards[stream] = 1
	e := &entry{stream: stream, lane: s.links.laneOf(stream)}
	sh.entries[stream] = e
	m := &marking{sh, stream, e, newAttachment(s), 0}
	e.follows(sh, m.link)
	return m
}

// deliver brings an event over the link.
func (m *marking) deliver(seq int64) bool {
	return m.link.Deliver([]chat.Event{{Stream: m.stream, Seq: seq, Payload: []byte(`{}`)}})
}

// beat brings a mark, and tells up to when the shard has everything.
func (m *marking) beat() chat.Mark {
	m.at++
	m.link.Heartbeat(nil, chat.Mark{Of: 1, At: m.at})
	for _, i := range m.inbox.take(nil) {
		i.do(m.shard)
	}
	return m.entry.whole(m.shard)
}

// A shard counts on a mark only where everything before it came over the link: what was
// refused has to come again first, and the first mark after a subscription may be older
// than it.
func TestMarksWaitForWhatWasRefused(t *testing.T) {
	w := newMarking(t)
	w.inbox.max = 1
	beat, e := w.beat, w.entry
	if m := beat(); m != (chat.Mark{}) {
		t.Errorf("the first mark after the subscription counts: %v", m)
	}
	if m := beat(); m.At != 2 {
		t.Errorf("%v, want the second mark", m)
	}
	if !w.deliver(1) || w.deliver(2) {
		t.Fatal("one event has room, and no more")
	}
	if m := beat(); m.At != 2 {
		t.Errorf("%v while an event was refused, want the second mark", m)
	}
	if !w.deliver(2) {
		t.Fatal("there is room again")
	}
	if m := beat(); m.At != 4 {
		t.Errorf("%v once it came again, want the fourth mark", m)
	}
	e.follows(w.shard, nil)
	if m := beat(); m.At != 4 {
		t.Errorf("%v after the stream left the link, want the fourth mark", m)
	}
	e.follows(w.shard, w.link)
	beat()
	w.deliver(4)
	beat()
	if m := beat(); m != (chat.Mark{}) {
		t.Errorf("%v of a stream with a hole", m)
	}
}

// Marks count again after a gap, and where the stream grew while it was taken over: what
// was missing comes over the link too.
func TestMarksCountAfterAGap(t *testing.T) {
	for name, lose := range map[string]func(w *marking){
		"a gap": func(w *marking) { w.deliver(3) },
		"a takeover": func(w *marking) {
			w.entry.follows(w.shard, nil)
			w.link = newAttachment(w.server)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newMarking(t)
			w.deliver(1)
			w.beat()
			w.beat()
			lose(w)
			before := w.beat()
			if before.At > 2 {
				t.Fatalf("%v while something is missing", before)
			}
			(&position{stream: w.stream, seq: 3, lane: w.entry.lane, on: w.link}).do(w.shard)
			if m := w.beat(); m != before {
				t.Errorf("%v, want %v until the second mark after the answer", m, before)
			}
			w.deliver(2)
			w.deliver(3)
			if m := w.beat(); m.At != w.at || w.entry.pos != 3 {
				t.Errorf("%v at seq %d, want mark %d at seq 3", m, w.entry.pos, w.at)
			}
		})
	}
}
