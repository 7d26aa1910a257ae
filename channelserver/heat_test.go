package channelserver

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/ring"
)

func TestHeatIsOfWhatWasPublishedSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := start(t, log)
		l, _ := attach(t, s, "g1")
		subscribe(t, l, general, -1)
		other := chat.Stream{Workspace: general.Workspace, ID: "C0OTHER"}
		time.Sleep(10 * time.Second)
		publish(s, log.say(general), log.say(other), log.say(general), log.say(general))
		want := ring.Heat{Channels: 1, Events: 0.4, Hottest: []ring.SlotHeat{{Slot: ring.Of(general), Events: 0.3}, {Slot: ring.Of(other), Events: 0.1}}}
		if got := s.Heat(); !reflect.DeepEqual(got, want) {
			t.Errorf("the heat is %+v, want %+v", got, want)
		}
		time.Sleep(time.Second)
		if got, want := s.Heat(), (ring.Heat{Channels: 1}); !reflect.DeepEqual(got, want) {
			t.Errorf("the heat of a quiet second is %+v, want %+v", got, want)
		}
	})
}

// Copies of what has moved are no heat of who had it.
func TestCopiesAreNoHeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newMemoryLog()
		s := member(t, log, "one")
		s.Hold(time.Now().Add(time.Minute))
		s.Own(ring.New([]string{"two"}))
		time.Sleep(time.Second)
		if err := s.Publish(t.Context(), []chat.Event{log.say(general)}); chat.CodeOf(err) != chat.Moved {
			t.Errorf("publish of what is another's: %v", err)
		}
		if got := s.Heat(); got.Events != 0 || len(got.Hottest) != 0 {
			t.Errorf("the heat is %+v", got)
		}
	})
}
