package gateway_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"taut/chat"
	"taut/gateway"
	"taut/wire"
)

// remembering is a world in which something happens after each snapshot was taken, and
// before the gateway has it.
type remembering struct {
	*world
	likely []chat.ChannelID
	fails  bool
	taken  int // snapshots
	then   map[int]func()
}

func (m *remembering) LikelyChannels(context.Context, chat.Caller) ([]chat.ChannelID, error) {
	if m.fails {
		return nil, chat.NewError(chat.Unavailable, "node")
	}
	return m.likely, nil
}

func (m *remembering) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	snapshot, err := m.world.Memberships(ctx, c)
	m.taken++
	if act := m.then[m.taken]; act != nil {
		act()
	}
	return snapshot, err
}

// TestLikelyChannels: whatever is remembered of the channels of somebody who connects,
// they get what is said in theirs from the hello on, once, and of no others anything.
func TestLikelyChannels(t *testing.T) {
	for _, tt := range []struct {
		name   string
		likely []string
		fails  bool
		then   map[int]func(w *world)
		taken  int
		got    []string // of channel and number
	}{
		{name: "as it is", likely: []string{"in", "also"}, taken: 1, got: []string{"also 2", "in 2"}},
		{name: "nothing", taken: 2, got: []string{"also 2", "in 2"}},
		{name: "no answer", fails: true, taken: 2, got: []string{"also 2", "in 2"}},
		{name: "joined since", likely: []string{"in"}, taken: 2, got: []string{"also 2", "in 2"}},
		{name: "left since", likely: []string{"in", "left", "also"}, taken: 1, got: []string{"also 2", "in 2"}},
		{name: "another's, and none", likely: []string{"others", "never"}, taken: 2, got: []string{"also 2", "in 2"}},
		{name: "twice", likely: []string{"in", "in", "also"}, taken: 1, got: []string{"also 2", "in 2"}},
		{name: "leaves a likely one", likely: []string{"in", "also"}, then: map[int]func(*world){1: func(w *world) { w.leave("also", "ann", true) }}, taken: 1, got: []string{"in 2"}},
		{name: "leaves one of long ago", likely: []string{"in"}, then: map[int]func(*world){1: func(w *world) { w.leave("also", "ann", true) }}, taken: 2, got: []string{"in 2"}},
		{name: "leaves it later", likely: []string{"in"}, then: map[int]func(*world){2: func(w *world) { w.leave("also", "ann", true) }}, taken: 2, got: []string{"in 2"}},
		{name: "comes back to it", likely: []string{"in"}, then: map[int]func(*world){
			1: func(w *world) { w.leave("also", "ann", false) }, 2: func(w *world) { w.join("also", "ann", false) },
		}, taken: 2, got: []string{"also 2", "in 2"}},
		{name: "joins meanwhile", likely: []string{"in"}, then: map[int]func(*world){1: func(w *world) { w.join("others", "ann", false) }}, taken: 2, got: []string{"also 2", "in 2", "others 2"}},
		{name: "joins last", likely: []string{"in"}, then: map[int]func(*world){2: func(w *world) { w.join("others", "ann", false) }}, taken: 2, got: []string{"also 2", "in 2", "others 2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &remembering{fails: tt.fails, then: map[int]func(){}}
			for _, name := range tt.likely {
				m.likely = append(m.likely, chat.ChannelID(channelID(name)))
			}
			remembers := func(c *gateway.Config) {
				m.world = c.Conversations.(*world)
				c.Conversations = m
			}
			bubble(t, remembers, func(r *rig) {
				w := r.world
				for _, name := range []string{"ann", "bob"} {
					w.addUser(name, chat.Member)
				}
				all := []string{"also", "in", "left", "others"}
				for _, channel := range all {
					w.join(channel, "bob", false)
				}
				for _, channel := range []string{"in", "also", "left"} {
					w.join(channel, "ann", false)
				}
				w.leave("left", "ann", false)
				say := func(n int) {
					for _, channel := range all {
						w.post(channel, "bob", fmt.Sprint("said ", channel, " ", n))
					}
				}
				say(1)
				for n, act := range tt.then {
					m.then[n] = func() { act(w) }
				}
				ann := r.connect("ann")
				synctest.Wait()
				say(2)
				synctest.Wait()
				var got []string
				for _, f := range ann.take() {
					if _, said, ok := strings.Cut(f, `"said `); ok {
						said, _, _ = strings.Cut(said, `"`)
						got = append(got, said)
					}
				}
				slices.Sort(got)
				if !slices.Equal(got, tt.got) || m.taken != tt.taken {
					t.Errorf("after %d snapshots: %q, want %q after %d", m.taken, got, tt.got, tt.taken)
				}
			})
		})
	}
}

// TestNobodyIsJudgedByWhatIsRemembered: who was deactivated, or became a guest, is told
// so by the one snapshot that there is.
func TestNobodyIsJudgedByWhatIsRemembered(t *testing.T) {
	for role, want := range map[chat.Role]wire.CloseCode{"": wire.CloseInactive, chat.Guest: wire.CloseChanged, chat.Member: 0} {
		m := &remembering{likely: []chat.ChannelID{chat.ChannelID(channelID("town"))}}
		remembers := func(c *gateway.Config) {
			m.world = c.Conversations.(*world)
			c.Conversations = m
		}
		bubble(t, remembers, func(r *rig) {
			town(r, "ann")
			r.world.roles = map[chat.UserID]chat.Role{userID("ann"): role}
			ann := r.connect("ann")
			if code, _ := ann.closed(); code != want || len(ann.take()) > 0 != (want == 0) {
				t.Errorf("role %q: closed with %d, want %d", role, code, want)
			}
		})
	}
}
