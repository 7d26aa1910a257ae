//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestPagesUnderWrites: whoever goes through the pages of a list while others
// write gets all that was there when they began, each once.
func TestPagesUnderWrites(t *testing.T) {
	s, w := running(t, "--users", "40", "--channels", "30")
	owner := w.Users[0]
	api := s.caller(owner.Token)
	channel := api.must(t, "conversations.create", "name", "busy").text("channel", "id")
	texts := map[string]bool{}
	for i := range 60 {
		text := fmt.Sprintf("before %d.", i)
		api.must(t, "chat.postMessage", "channel", channel, "text", text)
		texts[text] = true
	}
	names := map[string]bool{}
	for _, c := range w.Channels {
		names[c.Name] = true
	}
	users := map[string]bool{}
	for _, u := range w.Users {
		users[u.ID] = true
	}

	stop := make(chan struct{})
	var writer sync.WaitGroup
	// Somebody else, whose rate is their own: nobody who reads is refused for it.
	writes := s.caller(w.Users[1].Token)
	writes.must(t, "conversations.join", "channel", channel)
	writer.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			writes.call(t.Context(), "chat.postMessage", form("channel", channel, "text", fmt.Sprintf("meanwhile %d.", i)))
			if i%10 == 0 {
				writes.call(t.Context(), "conversations.create", form("name", fmt.Sprintf("meanwhile-%d", i)))
			}
		}
	})
	defer writer.Wait()
	defer close(stop)

	for _, client := range []*sdk{node(t, s, owner.ID, owner.Token), pythonCalls(t, s, owner.ID, owner.Token), slackGo(t, s, owner.ID, owner.Token)} {
		for _, list := range []struct {
			method, list string
			args         object
			key          []string
			want         map[string]bool
		}{
			{"conversations.history", "messages", object{"channel": channel, "limit": 7}, []string{"text"}, texts},
			{"conversations.list", "channels", object{"limit": 7}, []string{"name"}, names},
			{"users.conversations", "channels", object{"limit": 7}, []string{"name"}, map[string]bool{"busy": true}},
			{"users.list", "members", object{"limit": 7}, []string{"id"}, users},
		} {
			t.Run(client.name+" "+list.method, func(t *testing.T) {
				all, pages := client.pages(t, list.method, list.list, list.args)
				seen := map[string]int{}
				for _, o := range all {
					if seen[o.text("ts")+o.text("id")]++; seen[o.text("ts")+o.text("id")] > 1 {
						t.Errorf("%v came twice", o)
					}
				}
				for want := range list.want {
					found := 0
					for _, o := range all {
						if o.text(list.key...) == want {
							found++
						}
					}
					if found != 1 {
						t.Errorf("%q came %d times", want, found)
					}
				}
				if strings.HasSuffix(list.method, "history") && pages < 9 {
					t.Errorf("%d messages on %d pages of at most 7", len(all), pages)
				}
			})
		}
	}
}
