package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"taut/chat"
	"taut/gateway"
	"taut/internal/limit"
)

// A socket counts as a request of its workspace; one too many is not even
// upgraded, and another workspace's is opened.
func TestSocketsHaveALimit(t *testing.T) {
	limited := func(c *gateway.Config) { c.Limits = limit.New(limit.Limits{User: 2, Workspace: 3}) }
	bubble(t, limited, func(r *rig) {
		town(r, "ann", "bob")
		r.world.users["zoe"] = chat.Caller{Workspace: "T0000000002", User: userID("zoe"), Role: chat.Member}
		for _, try := range []struct {
			user string
			ok   bool
		}{{"ann", true}, {"ann", true}, {"ann", false}, {"bob", true}, {"bob", false}, {"zoe", true}} {
			if status, after := r.upgrade(try.user); (status == http.StatusSwitchingProtocols) != try.ok || !try.ok && (status != http.StatusTooManyRequests || after != "1") {
				t.Errorf("%s: %d, Retry-After %q", try.user, status, after)
			}
			synctest.Wait()
		}
	})
}

// upgrade asks for a socket and goes away when the answer has come.
func (r *rig) upgrade(user string) (status int, retryAfter string) {
	r.t.Helper()
	conn := r.dial()
	defer conn.Close()
	fmt.Fprintf(conn, "GET /websocket?token=%s HTTP/1.1\r\nHost: gw.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", user)
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer got.Body.Close()
	return got.StatusCode, got.Header.Get("Retry-After")
}

// slow is a world in which one workspace's memberships and posts take until they
// are let go.
type slow struct {
	*world
	workspace chat.WorkspaceID
	hold      chan struct{}
	inside    atomic.Int64
}

func (s *slow) wait(c chat.Caller) {
	if c.Workspace == s.workspace {
		s.inside.Add(1)
		<-s.hold
		s.inside.Add(-1)
	}
}

func (s *slow) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	s.wait(c)
	return s.world.Memberships(ctx, c)
}

func (s *slow) Post(ctx context.Context, c chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	s.wait(c)
	return s.world.Post(ctx, c, p)
}

// Of a workspace all of whose clients come at once, few take what an opening
// takes, and a socket of another one opens meanwhile.
func TestSocketsOpenInTurns(t *testing.T) {
	s := &slow{workspace: "T0000000002"}
	slowly := func(c *gateway.Config) {
		s.world, s.hold = c.Conversations.(*world), make(chan struct{}) // of the bubble
		c.Conversations, c.MaxOpenings = s, 6
	}
	bubble(t, slowly, func(r *rig) {
		town(r, "ann")
		loud := make([]*client, 20)
		name := func(i int) string { return fmt.Sprint("loud", i) }
		for i := range loud {
			r.world.users[name(i)] = chat.Caller{Workspace: s.workspace, User: userID(name(i)), Role: chat.Member}
		}
		var came sync.WaitGroup
		for i := range loud {
			came.Go(func() { loud[i] = r.connect(name(i)) })
		}
		synctest.Wait()
		if n := s.inside.Load(); n != 3 {
			t.Errorf("%d of one workspace open at once", n)
		}
		ann := r.connect("ann")
		synctest.Wait()
		if got := ann.take(); len(got) != 1 {
			t.Errorf("the other workspace's socket got %q", got)
		}
		close(s.hold)
		came.Wait()
		synctest.Wait()
		for _, c := range loud {
			if got := c.take(); len(got) != 1 {
				t.Errorf("one of the many got %q", got)
			}
		}
	})
}

// Messages that sockets of one workspace send do not fill the way for another's.
func TestSocketsPostInTurns(t *testing.T) {
	s := &slow{workspace: "none yet"}
	slowly := func(c *gateway.Config) {
		s.world, s.hold = c.Conversations.(*world), make(chan struct{}) // of the bubble
		c.Conversations, c.MaxPosts = s, 4
	}
	bubble(t, slowly, func(r *rig) {
		town(r, "ann")
		var loud []*client
		for i := range 10 {
			name := fmt.Sprint("loud", i)
			r.world.users[name] = chat.Caller{Workspace: "T0000000002", User: userID(name), Role: chat.Member}
			loud = append(loud, r.connect(name))
		}
		ann := r.connect("ann")
		synctest.Wait()
		ann.take()
		s.workspace = "T0000000002"
		message := `{"type":"message","id":1,"channel":"` + string(channelID("town")) + `","text":"x"}`
		for _, c := range loud {
			c.send("%s", message)
		}
		synctest.Wait()
		if n := s.inside.Load(); n != 2 {
			t.Errorf("%d of one workspace are posted at once", n)
		}
		ann.send("%s", message)
		synctest.Wait()
		if got := ann.take(); len(got) == 0 || !strings.Contains(got[0], `"ok":true`) {
			t.Errorf("the other workspace's message: %q", got)
		}
		close(s.hold)
		synctest.Wait()
	})
}
