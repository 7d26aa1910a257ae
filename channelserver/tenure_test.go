package channelserver

import (
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/ring"
)

func member(t *testing.T, log *memoryLog, name string) *Server {
	t.Helper()
	s, err := New(t.Context(), log, Options{Self: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func ended(l chat.Link) bool {
	select {
	case <-l.Ended():
		return true
	default:
		return false
	}
}

// A member owns nothing before it has a lease and a ring, then what the ring says,
// and nothing once its lease is over: it refuses by itself, and ends its links.
func TestMemberOwnsWhatItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		log.say(general)
		s := member(t, log, "one")
		if _, err := s.Attach(t.Context(), "g", newSink()); chat.CodeOf(err) != chat.Unavailable {
			t.Errorf("attach without a lease: %v", err)
		}
		s.Hold(time.Now().Add(2 * time.Second))
		l, got := attach(t, s, "g")
		if _, err := l.Subscribe(t.Context(), []chat.Subscription{{Stream: general}}); chat.CodeOf(err) != chat.Moved {
			t.Errorf("subscribe without a ring: %v", err)
		}
		s.Own(ring.New([]string{"one"}))
		subscribe(t, l, general, 0)
		if err := s.Publish(t.Context(), []chat.Event{log.say(general)}); err != nil {
			t.Errorf("publish: %v", err)
		}
		want(t, got, general, 1, 2)
		time.Sleep(1900 * time.Millisecond)
		if ended(l) {
			t.Error("the link ended with the lease alive")
		}
		time.Sleep(100 * time.Millisecond)
		if err := s.Publish(t.Context(), []chat.Event{log.say(general)}); chat.CodeOf(err) != chat.Moved {
			t.Errorf("publish after the lease: %v", err)
		}
		time.Sleep(guardEvery)
		synctest.Wait()
		if !ended(l) {
			t.Error("the link lives longer than the lease")
		}
		want(t, got, general, 1, 2)

		// With a new lease alone nothing is owned: the ring may be another by now.
		s.Hold(time.Now().Add(time.Hour))
		l, _ = attach(t, s, "g")
		if _, err := l.Subscribe(t.Context(), []chat.Subscription{{Stream: general}}); chat.CodeOf(err) != chat.Moved {
			t.Errorf("subscribe with a new lease and no ring: %v", err)
		}
	})
}

// A renewal that comes just after the guard has seen the lease's end brings no new
// lease: the server says that it has no ring, and owns again when it is told.
func TestRenewalAfterTheGuard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		log.say(general)
		s := member(t, log, "one")
		s.Hold(time.Now().Add(3 * time.Second))
		s.Own(ring.New([]string{"one"}))
		if !s.Owning() {
			t.Error("it owns nothing, with a lease and a ring")
		}
		time.Sleep(3*time.Second + guardEvery)
		synctest.Wait()
		s.Hold(time.Now().Add(3 * time.Second))
		if s.Owning() {
			t.Error("it owns what may be another's by now")
		}
		s.Own(ring.New([]string{"one"}))
		if err := s.Publish(t.Context(), []chat.Event{log.say(general)}); err != nil {
			t.Errorf("publish: %v", err)
		}
	})
}

// What moves is served on until the gateways had time to subscribe elsewhere; who
// still has not is sent away.
func TestMovedStreamsAreHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := member(t, log, "one")
		s.Hold(time.Now().Add(time.Hour))
		mine := ring.New([]string{"one"})
		s.Own(mine)
		quick, _ := attach(t, s, "quick")
		slow, got := attach(t, s, "slow")
		subscribe(t, quick, general, -1)
		subscribe(t, slow, general, -1)
		s.Own(mine.Next([]string{"two"}))
		quick.Unsubscribe([]chat.Stream{general})
		if err := s.Publish(t.Context(), []chat.Event{log.say(general)}); chat.CodeOf(err) != chat.Moved {
			t.Errorf("publish of what moved: %v", err)
		}
		log.say(general) // published to its new owner
		time.Sleep(lookEvery + gapWait)
		synctest.Wait()
		want(t, got, general, 1, 2)
		if _, err := slow.Subscribe(t.Context(), []chat.Subscription{{Stream: general}}); chat.CodeOf(err) != chat.Moved {
			t.Errorf("subscribe to what moved: %v", err)
		}
		time.Sleep(handOver)
		synctest.Wait()
		if ended(quick) || !ended(slow) {
			t.Errorf("ended: the one that left %v, the one that stayed %v", ended(quick), ended(slow))
		}
	})
}

func TestRewind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, got := attach(t, s, "g")
		subscribe(t, l, general, 0)
		publish(s, log.say(general), log.say(general), log.say(general))
		l.(interface{ Rewind(chat.Stream, int64) }).Rewind(general, 1)
		time.Sleep(2 * gapWait)
		synctest.Wait()
		want(t, got, general, 1, 2, 3, 2, 3)
	})
}
