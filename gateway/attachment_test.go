package gateway

import (
	"context"
	"testing"

	"taut/chat"
)

// A shard counts on a mark only where everything before it came over the link: what was
// refused has to come again first, and the first mark after a subscription may be older
// than it.
func TestMarksWaitForWhatWasRefused(t *testing.T) {
	stream, event := chat.WorkspaceID("T1").Channel("C1"), func(seq int64) []chat.Event {
		return []chat.Event{{Stream: chat.WorkspaceID("T1").Channel("C1"), Seq: seq, Payload: []byte(`{}`)}}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is subscribed
	s := &Server{cfg: Config{Owner: func(chat.Stream) chat.ChannelServer { return nil }}, ctx: ctx, metrics: newMetrics(Config{})}
	s.links = newLinks(s)
	sh := newShard(s, 0)
	sh.inbox.max = 1
	s.shards = []*shard{sh}
	s.links.shards[stream] = 1
	a := newAttachment(s)
	e := &entry{stream: stream}
	sh.entries[stream] = e
	e.follows(sh, a)
	at := int64(0)
	beat := func() chat.Mark {
		t.Helper()
		at++
		a.Heartbeat(nil, chat.Mark{Of: 1, At: at})
		for _, i := range sh.inbox.take(nil) {
			i.do(sh)
		}
		return e.whole(sh)
	}
	if m := beat(); m != (chat.Mark{}) {
		t.Errorf("the first mark after the subscription counts: %v", m)
	}
	if m := beat(); m.At != 2 {
		t.Errorf("%v, want the second mark", m)
	}
	if !a.Deliver(event(1)) || a.Deliver(event(2)) {
		t.Fatal("one event has room, and no more")
	}
	if m := beat(); m.At != 2 {
		t.Errorf("%v while an event was refused, want the second mark", m)
	}
	if !a.Deliver(event(2)) {
		t.Fatal("there is room again")
	}
	if m := beat(); m.At != 4 {
		t.Errorf("%v once it came again, want the fourth mark", m)
	}
	e.follows(sh, nil)
	if m := beat(); m.At != 4 {
		t.Errorf("%v after the stream left the link, want the fourth mark", m)
	}
	e.follows(sh, a)
	beat()
	a.Deliver(event(4))
	beat()
	if m := beat(); m != (chat.Mark{}) {
		t.Errorf("%v of a stream with a hole", m)
	}
}
