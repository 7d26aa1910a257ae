package gateway_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/gateway"
	"taut/presence"
)

func presenceFrame(u chat.UserID, state string) string {
	return fmt.Sprintf(`{"type":"presence_change","user":%q,"presence":%q}`, u, state)
}

// sub asks for the presence of users and returns what comes of it at once.
func (c *client) sub(users ...chat.UserID) string {
	synctest.Wait()
	c.take()
	c.send(`{"type":"presence_sub","id":1,"ids":[%s]}`, quoted(users))
	synctest.Wait()
	return strings.Join(c.take(), "\n")
}

func quoted(users []chat.UserID) string {
	var q []string
	for _, u := range users {
		q = append(q, fmt.Sprintf("%q", u))
	}
	return strings.Join(q, ",")
}

// after is what comes within a while.
func (c *client) after(d time.Duration) string {
	synctest.Wait()
	c.take()
	time.Sleep(d)
	synctest.Wait()
	return strings.Join(c.take(), "\n")
}

// What the presence server didn't take is asked for again, and one workspace's
// trouble is not another's.
func TestWatchIsTriedAgain(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		r.world.users["zoe"] = chat.Caller{Workspace: "T0000000002", User: userID("zoe"), Role: chat.Member}
		ann, zoe := r.connect("ann"), r.connect("zoe")
		r.connect("bob")
		fail := func(w chat.WorkspaceID, on bool) {
			r.presence.mu.Lock()
			r.presence.failWatch = map[chat.WorkspaceID]bool{w: on}
			r.presence.mu.Unlock()
		}
		fail(team, true)
		want := presenceFrame(userID("bob"), "active")
		if got := ann.sub(userID("bob")); got != "" {
			t.Errorf("while it fails: %s", got)
		}
		if got := zoe.sub(userID("zoe")); got != presenceFrame(userID("zoe"), "active") {
			t.Errorf("in another workspace: %q", got)
		}
		fail(team, false)
		if got := ann.after(3 * time.Second); got != want {
			t.Errorf("afterwards %q, want %s", got, want)
		}
		fail(team, true)
		ann.sub()
		fail(team, false)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		r.presence.mu.Lock()
		defer r.presence.mu.Unlock()
		if n := r.presence.watched[userID("bob")]; n != 0 {
			t.Errorf("bob is watched %d times by nobody", n)
		}
	})
}

// Without a link nothing of a round is lost.
func TestPresenceOutlivesAnOutage(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		r.presence.failAttach = 4
		ann, bob := r.connect("ann"), r.connect("bob")
		ann.sub(userID("bob"))
		if got, want := ann.after(9*time.Second), presenceFrame(userID("bob"), "active"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
		bob.close()
		if got, want := ann.after(5*time.Second), presenceFrame(userID("bob"), "away"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
	})
}

// Who finds a workspace full of watches sees those asked for when there is room.
func TestWatchWaitsForRoom(t *testing.T) {
	var p *presence.Server
	bubble(t, func(c *gateway.Config) {
		p = presence.New(presence.Options{MaxWatched: 3})
		c.Presence = p
	}, func(r *rig) {
		defer p.Close()
		town(r, "ann", "bob", "eve")
		ann, bob := r.connect("ann"), r.connect("bob")
		r.connect("eve")
		ann.sub(userID("x1"), userID("x2"), userID("x3"))
		if got := bob.sub(userID("eve")); got != "" {
			t.Errorf("while there is no room: %s", got)
		}
		ann.sub()
		if got, want := bob.after(3*time.Second), presenceFrame(userID("eve"), "active"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
	})
}

func TestInventedUsersAreNotWatched(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann")
		ann := r.connect("ann")
		invented := []chat.UserID{"x", "U1", "C0000000001", userID("ann")}
		if got, want := ann.sub(invented...), presenceFrame(userID("ann"), "active"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
		many := make([]chat.UserID, 501)
		for i := range many {
			many[i] = userID(fmt.Sprint(i))
		}
		want := `{"ok":false,"reply_to":1,"error":{"code":3,"msg":"presence_sub takes at most 500 ids"}}`
		if got := ann.sub(many...); got != want {
			t.Errorf("%.200q, want %s", got, want)
		}
		if got := ann.sub(many[:500]...); strings.Count(got, "presence_change") != 500 {
			t.Errorf("%d answers for 500 users", strings.Count(got, "presence_change"))
		}
		r.presence.mu.Lock()
		defer r.presence.mu.Unlock()
		for u, n := range r.presence.watched {
			if !chat.ValidID(string(u), "U") || n < 0 || n > 1 {
				t.Errorf("%s is watched %d times", u, n)
			}
		}
	})
}

// Where one of several presence servers is out of reach, who is at the others is seen
// to come and go all the same.
func TestOnePresenceServerIsOutOfReach(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob", "carl")
		unreached := func(who map[chat.UserID]bool) {
			r.presence.mu.Lock()
			defer r.presence.mu.Unlock()
			r.presence.unreached = who
		}
		unreached(map[chat.UserID]bool{userID("carl"): true})
		ann, bob := r.connect("ann"), r.connect("bob")
		r.connect("carl")
		got := ann.sub(userID("bob"), userID("carl")) + ann.after(5*time.Second)
		if want := presenceFrame(userID("bob"), "active"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
		bob.close()
		if got, want := ann.after(5*time.Second), presenceFrame(userID("bob"), "away"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
		unreached(nil)
		if got, want := ann.after(5*time.Second), presenceFrame(userID("carl"), "active"); got != want {
			t.Errorf("%q, want %s", got, want)
		}
	})
}
