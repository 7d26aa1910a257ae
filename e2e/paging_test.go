//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// listing is a list that SDKs go through, and what was in it before they began.
type listing struct {
	method, list string
	args         object
	key          []string
	want         map[string]bool
	pages        func(*testing.T, *sdk, listing) ([]object, int) // nil: as the SDK follows cursors
}

// TestPagesUnderWrites: whoever goes through the pages of a list while others
// write gets all that was there when they began, each once.
func TestPagesUnderWrites(t *testing.T) {
	s, w := running(t, "--users", "40", "--channels", "30")
	owner, other := w.Users[0], w.Users[1]
	clients := []*sdk{slackGo(t, s, owner.ID, owner.Token), node(t, s, owner.ID, owner.Token), pythonCalls(t, s, owner.ID, owner.Token), python(t, s, "async", owner.ID, owner.Token)}
	channel, root, lists := fillLists(t, s, w, clients[0])

	stop := make(chan struct{})
	var writer sync.WaitGroup
	// Somebody else, whose rate is their own: nobody who reads is refused for it.
	writes := s.caller(other.Token)
	writer.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			said, err := writes.call(t.Context(), "chat.postMessage", form("channel", channel, "text", fmt.Sprintf("meanwhile %d.", i)))
			if err == nil {
				writes.call(t.Context(), "reactions.add", form("channel", channel, "timestamp", said.text("ts"), "name", "eyes"))
			}
			writes.call(t.Context(), "chat.postMessage", form("channel", channel, "thread_ts", root, "text", "an answer meanwhile"))
			if i%10 == 0 {
				writes.call(t.Context(), "conversations.create", form("name", fmt.Sprintf("meanwhile-%d", i)))
			}
		}
	})
	defer writer.Wait()
	defer close(stop)

	for _, client := range clients {
		for _, l := range lists {
			if client.name == "slack-go" && l.method == "search.messages" {
				continue // it has no cursor there
			}
			t.Run(client.name+" "+l.method, func(t *testing.T) { l.whole(t, client) })
		}
	}
}

// fillLists makes what there is before anybody pages: a channel with messages, a thread,
// members, reactions, files, and messages for later.
func fillLists(t *testing.T, s *server, w workspace, owner *sdk) (channel, root string, lists []listing) {
	t.Helper()
	api, other := s.caller(w.Users[0].Token), s.caller(w.Users[1].Token)
	channel = api.must(t, "conversations.create", "name", "busy").text("channel", "id")
	users, names := map[string]bool{}, map[string]bool{}
	var ids []string
	for _, u := range w.Users {
		users[u.ID] = true
		ids = append(ids, u.ID)
	}
	for _, c := range w.Channels {
		names[c.Name] = true
	}
	api.must(t, "conversations.invite", "channel", channel, "users", strings.Join(ids[1:], ","))
	texts, replies, reacted, later, files := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	tomorrow := time.Now().Add(24 * time.Hour).Unix()
	for i := range 60 {
		text := fmt.Sprintf("before %d.", i)
		ts := api.must(t, "chat.postMessage", "channel", channel, "text", text).text("ts")
		texts[text] = true
		if i == 0 {
			root = ts
		}
		if i%3 > 0 {
			continue
		}
		answer := api.must(t, "chat.postMessage", "channel", channel, "thread_ts", root, "text", "an answer").text("ts")
		replies[answer] = true
		other.must(t, "reactions.add", "channel", channel, "timestamp", ts, "name", "eyes")
		reacted[ts] = true
		id := api.must(t, "chat.scheduleMessage", "channel", channel, "post_at", fmt.Sprint(tomorrow+int64(i)), "text", "later").text("scheduled_message_id")
		later[id] = true
	}
	path := filepath.Join(t.TempDir(), "x.txt")
	write(t, path, "a file")
	for i := range 8 {
		made, err := owner.do(object{"do": "upload", "path": path, "channel": channel, "name": fmt.Sprintf("%d.txt", i)})
		if err != nil {
			t.Fatal(err)
		}
		files[made.text("file", "id")] = true
	}
	eventually(t, "all is found", func() error {
		if found := api.must(t, "search.messages", "query", "before").at("messages", "total"); found != 60.0 {
			return fmt.Errorf("found %v", found)
		}
		return nil
	})
	return channel, root, []listing{
		{"conversations.history", "messages", object{"channel": channel, "limit": 7}, []string{"text"}, texts, nil},
		{"conversations.list", "channels", object{"limit": 7}, []string{"name"}, names, nil},
		{"users.conversations", "channels", object{"limit": 7}, []string{"name"}, map[string]bool{"busy": true}, nil},
		{"users.list", "members", object{"limit": 7}, []string{"id"}, users, nil},
		{"conversations.replies", "messages", object{"channel": channel, "ts": root, "limit": 7}, []string{"ts"}, replies, repliesOnce},
		{"conversations.members", "members", object{"channel": channel, "limit": 7}, []string{"id"}, users, nil},
		{"reactions.list", "items", object{"user": w.Users[1].ID, "limit": 7}, []string{"message", "ts"}, reacted, nil},
		{"chat.scheduledMessages.list", "scheduled_messages", object{"channel": channel, "limit": 7}, []string{"id"}, later, nil},
		{"files.list", "files", object{"channel": channel, "count": 3}, []string{"id"}, files, numberedPages},
		{"search.messages", "matches", object{"query": "before", "sort": "timestamp", "count": 7, "cursor": "*"}, []string{"text"}, texts, searchPages},
	}
}

// whole goes through a list: all that it had comes, and nothing twice.
func (l listing) whole(t *testing.T, client *sdk) {
	t.Helper()
	walk := l.pages
	if walk == nil {
		walk = func(t *testing.T, client *sdk, l listing) ([]object, int) {
			return client.pages(t, l.method, l.list, l.args)
		}
	}
	all, pages := walk(t, client, l)
	seen, found := map[string]int{}, map[string]int{}
	for _, o := range all {
		name := o.text("ts") + o.text("id") + o.text("message", "ts")
		if seen[name]++; seen[name] > 1 {
			t.Errorf("%v came twice", o)
		}
		found[o.text(l.key...)]++
	}
	for want := range l.want {
		if found[want] != 1 {
			t.Errorf("%q came %d times", want, found[want])
		}
	}
	if client.name == "slack-go" && l.method == "users.list" {
		return // which goes through the pages by itself
	}
	if least := len(l.want) / 7; pages < least {
		t.Errorf("%d of %s on %d pages of at most 7", len(all), l.method, pages)
	}
}

// repliesOnce leaves out the thread's root, which is on every page.
func repliesOnce(t *testing.T, client *sdk, l listing) (replies []object, pages int) {
	t.Helper()
	all, pages := client.pages(t, l.method, l.list, l.args)
	for _, m := range all {
		if m.text("ts") != l.args.text("ts") {
			replies = append(replies, m)
		}
	}
	return replies, pages
}

// numberedPages are those of a method without cursors.
func numberedPages(t *testing.T, client *sdk, l listing) (all []object, pages int) {
	t.Helper()
	for {
		pages++
		args := maps.Clone(l.args)
		args["page"] = pages
		answer := client.must(t, l.method, args)
		all = append(all, answer.list(l.list)...)
		if last, _ := answer.at("paging", "pages").(float64); pages >= int(last) {
			return all, pages
		}
	}
}

// searchPages follow a search's cursor, which is where no SDK looks for one.
func searchPages(t *testing.T, client *sdk, l listing) (all []object, pages int) {
	t.Helper()
	for args := maps.Clone(l.args); ; pages++ {
		answer := client.must(t, l.method, args)
		all = append(all, answer.list("messages", l.list)...)
		next := answer.text("messages", "paging", "next_cursor")
		if next == "" {
			return all, pages + 1
		}
		args["cursor"] = next
	}
}
