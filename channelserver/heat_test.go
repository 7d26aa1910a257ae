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
