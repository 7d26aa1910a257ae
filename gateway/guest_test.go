package gateway_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/wire"
)

// A guest sees the presence of those with whom they share a channel, by whichever
// frame they ask.
func TestGuestsSeeThePresenceOfColleaguesOnly(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		r.world.addUser("gus", chat.Guest)
		r.world.join("town", "gus", false)
		r.world.addUser("zoe", chat.Member)
		r.world.join("lane", "zoe", false)
		gus := r.connect("gus")
		r.connect("ann").take()
		zoe := r.connect("zoe")
		for _, kind := range []string{wire.TypePresenceSub, wire.TypePresenceQuery} {
			gus.take()
			gus.send(`{"type":%q,"ids":[%q,%q,%q]}`, kind, userID("ann"), userID("zoe"), userID("gus"))
			got := fmt.Sprint(gus.take())
			if !strings.Contains(got, string(userID("ann"))) || !strings.Contains(got, string(userID("gus"))) {
				t.Errorf("%s: ann and gus are not in %s", kind, got)
			}
			if strings.Contains(got, string(userID("zoe"))) {
				t.Errorf("%s: zoe is in %s", kind, got)
			}
		}
		zoe.close()
		time.Sleep(time.Minute)
		if got := fmt.Sprint(gus.take()); strings.Contains(got, string(userID("zoe"))) {
			t.Errorf("heard that zoe left: %s", got)
		}
		zoe = r.connect("zoe")
		zoe.take()
		zoe.send(`{"type":"presence_query","ids":[%q]}`, userID("gus"))
		if got := fmt.Sprint(zoe.take()); !strings.Contains(got, string(userID("gus"))) {
			t.Errorf("a member who asks for the guest: %s", got)
		}
	})
}

// A guest hears nothing of user groups, whose events count people that the guest may
// not know of.
func TestGuestsHearNothingOfGroups(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		r.world.addUser("gus", chat.Guest)
		r.world.join("town", "gus", false)
		ann, gus := r.connect("ann"), r.connect("gus")
		ann.take()
		gus.take()
		for _, kind := range []string{"subteam_created", "subteam_updated", "subteam_members_changed"} {
			r.world.event(chat.StreamID(team), map[string]any{"type": kind, "subteam": map[string]any{"id": "S0000000001", "user_count": 7}})
			if got := fmt.Sprint(ann.take()); !strings.Contains(got, kind) {
				t.Errorf("a member got %s of %s", got, kind)
			}
			if got := fmt.Sprint(gus.take()); strings.Contains(got, kind) {
				t.Errorf("a guest got %s", got)
			}
		}
	})
}

// What a guest asks of the API nodes counts more.
func TestPaceOfAGuestsQuestions(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		r.world.addUser("gus", chat.Guest)
		r.world.join("town", "gus", false)
		gus := r.connect("gus")
		gus.take()
		for range 20 {
			gus.send(`{"type":"presence_query","ids":[%q]}`, userID("gus"))
		}
		if got := strings.Count(fmt.Sprint(gus.take()), "presence_change"); got != 10 {
			t.Errorf("%d of 20 questions at once were answered", got)
		}
	})
}

// A change of the caller that is committed after they were authenticated, and
// before the directory's stream is followed, is no event for the socket.
func TestChangedWhileConnecting(t *testing.T) {
	for role, want := range map[chat.Role]wire.CloseCode{"": wire.CloseInactive, chat.Guest: wire.CloseChanged, chat.Admin: 0} {
		t.Run(string(role), func(t *testing.T) {
			bubble(t, nil, func(r *rig) {
				town(r, "ann", "bob")
				w := r.world
				w.mu.Lock()
				w.beforeSubscribe = func() {
					w.mu.Lock()
					defer w.mu.Unlock()
					w.roles = map[chat.UserID]chat.Role{userID("ann"): role}
				}
				w.mu.Unlock()
				ann := r.connect("ann")
				synctest.Wait()
				w.post("town", "bob", "secret")
				got := fmt.Sprint(ann.take())
				if code, _ := ann.closed(); code != want || want != 0 && strings.Contains(got, "secret") {
					t.Errorf("closed with %d, want %d, after %s", code, want, got)
				}
			})
		})
	}
}

// A bot does nothing that a person would, and is active while it is there.
func TestBotStaysActive(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "robo")
		r.world.mu.Lock()
		robo := r.world.users["robo"]
		robo.Bot = "B0000000001"
		r.world.users["robo"] = robo
		r.world.mu.Unlock()
		for _, name := range []string{"ann", "robo"} {
			r.connect(name).take()
		}
		time.Sleep(20 * time.Minute)
		r.presence.mu.Lock()
		defer r.presence.mu.Unlock()
		idle := func(name string) time.Duration {
			return chat.Now().Sub(time.UnixMilli(r.presence.active[userID(name)]))
		}
		if idle("robo") > time.Minute || idle("ann") < 19*time.Minute {
			t.Errorf("the bot has been idle for %v, ann for %v", idle("robo"), idle("ann"))
		}
	})
}

// Who leaves the shared channel is seen no more, and a guest who leaves sees
// nobody, until they ask again.
func TestPresenceEndsWithTheSharedChannel(t *testing.T) {
	for _, leaver := range []string{"ann", "gus"} {
		t.Run(leaver, func(t *testing.T) {
			bubble(t, nil, func(r *rig) {
				r.world.addUser("gus", chat.Guest)
				r.world.join("town", "gus", false)
				town(r, "ann", "bob")
				gus := r.connect("gus")
				gus.take()
				gus.send(`{"type":"presence_sub","ids":[%q,%q]}`, userID("ann"), userID("bob"))
				gus.take()
				r.world.leave("town", leaver, false)
				gus.take()
				r.connect("ann").take()
				r.connect("bob").take()
				got := fmt.Sprint(gus.take())
				if strings.Contains(got, string(userID("ann"))) {
					t.Errorf("ann is seen: %s", got)
				}
				if leaver == "ann" != strings.Contains(got, string(userID("bob"))) {
					t.Errorf("of bob, after %s left: %s", leaver, got)
				}
			})
		})
	}
}
