package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/unfurl"
	"taut/store"
)

// withUnfurler gives the world an unfurler that may fetch from a server of the
// test.
func (w *world) withUnfurler(t *testing.T, pages map[string]http.HandlerFunc) (base string) {
	t.Helper()
	mux := http.NewServeMux()
	for path, page := range pages {
		mux.HandleFunc(path, page)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	own := netip.MustParseAddrPort(server.Listener.Addr().String())
	fetcher := unfurl.New(unfurl.Options{Also: func(a netip.AddrPort) bool { return a == own }})
	u := NewUnfurler(UnfurlerOptions{
		Store: w.store, Signer: unfurl.NewSigner([]byte("key")), PublicURL: "https://taut.example/", Log: slog.New(slog.DiscardHandler),
		Pages: fetcher, Pictures: fetcher,
	})
	t.Cleanup(u.Close)
	w.server.unfurler = u
	return server.URL
}

func webPage(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, text)
	}
}

func onePixel(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))))
	return b.Bytes()
}

// attachments waits until the message has so many.
func (w *world) attachments(t *testing.T, ts string, n int) []any {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; <-time.Tick(5 * time.Millisecond) {
		m := w.ok(t, w.acme.ada, "conversations.history", "channel", w.acme.public, "latest", ts, "inclusive", "1", "limit", 1)
		got, _ := m.at("messages.0.attachments").([]any)
		if len(got) == n || time.Now().After(deadline) {
			if len(got) != n {
				t.Fatalf("%d attachments, want %d: %v", len(got), n, m)
			}
			if m.at("messages.0.edited") != nil {
				t.Error("the unfurl looks like an edit")
			}
			return got
		}
	}
}

// settled waits until nothing is queued or looked at.
func (u *Unfurler) settled(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; <-time.Tick(time.Millisecond) {
		u.mu.Lock()
		n := len(u.each)
		u.mu.Unlock()
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it doesn't settle")
		}
	}
}

func TestLinksUnfurl(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	pixel := onePixel(t)
	base := w.withUnfurler(t, map[string]http.HandlerFunc{
		"/page":    webPage(`<title>A &amp; <!channel></title><meta property="og:description" content="<@U1> here"><meta property="og:image" content="/i.png"><meta property="og:site_name" content="Site">`),
		"/other":   webPage(`<title>Other</title>`),
		"/nothing": http.NotFound,
		"/i.png":   func(w http.ResponseWriter, _ *http.Request) { w.Write(pixel) },
	})
	say := func(who person, text string, more ...any) string {
		return w.ok(t, who, "chat.postMessage", append([]any{"channel", a.public, "text", text}, more...)...).text("ts")
	}
	both := fmt.Sprintf("see %s/page and %s/nothing and %s/i.png, %s/page again", base, base, base, base)
	got := w.attachments(t, say(a.ada, both), 2)
	first, second := got[0].(map[string]any), got[1].(map[string]any)
	for key, want := range map[string]any{
		"title": "A &amp; &lt;!channel&gt;", "text": "&lt;@U1&gt; here", "service_name": "Site", "title_link": base + "/page", "from_url": base + "/page",
		"original_url": base + "/page", "image_url": base + "/i.png", "id": 1.0, "fallback": "Site: A &amp; &lt;!channel&gt;",
	} {
		if first[key] != want {
			t.Errorf("%s is %v, want %v", key, first[key], want)
		}
	}
	if second["image_url"] != base+"/i.png" || second["image_width"] != 1.0 || second["id"] != 2.0 {
		t.Errorf("the picture is %v", second)
	}
	w.attachments(t, say(a.robot, both), 1) // a program's: the picture
	w.attachments(t, say(a.robot, both, "unfurl_links", "true"), 2)
	w.attachments(t, say(a.ada, both, "unfurl_media", "false"), 1)
	off := say(a.ada, both, "unfurl_media", "false", "unfurl_links", "false")
	w.attachments(t, say(a.ada, base+"/other", "attachments", `[{"text":"mine"}]`), 2)
	w.ok(t, a.ada, "chat.postEphemeral", "channel", a.public, "user", a.bob.id, "text", base+"/page")
	plain := say(a.ada, "no links, <https://taut.example/archives/C1/p1|but ours>")
	w.server.unfurler.settled(t)
	sent, err := a.bound.PostMessage(t.Context(), store.Post{Channel: a.public, Author: a.ada.id, Message: chat.Message{Text: "<" + base + "/other>"}})
	must(t, err)
	w.server.unfurler.Look(a.workspace.ID, a.public, sent.Message, chat.Links{NoPictures: true})
	w.attachments(t, sent.Message.TS.String(), 1)
	w.attachments(t, off, 0)
	w.attachments(t, plain, 0)

	ts := say(a.ada, base+"/page")
	w.attachments(t, ts, 1)
	w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "text", "nothing to see")
	m := w.ok(t, a.ada, "conversations.history", "channel", a.public, "latest", ts, "inclusive", "1", "limit", 1)
	if m.at("messages.0.attachments") != nil {
		t.Errorf("what the text has no more is still shown: %v", m)
	}
}

// A message that is edited or deleted while its links are fetched stays so.
func TestUnfurlOfAChangedMessage(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	asked, answer := make(chan bool, 2), make(chan bool)
	slow := func(w http.ResponseWriter, r *http.Request) {
		asked <- true
		<-answer
		webPage("<title>late</title>")(w, r)
	}
	base := w.withUnfurler(t, map[string]http.HandlerFunc{"/a": slow, "/b": slow})
	edited := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", base+"/a").text("ts")
	deleted := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", base+"/b").text("ts")
	<-asked
	<-asked
	w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", edited, "text", "other")
	w.ok(t, a.ada, "chat.delete", "channel", a.public, "ts", deleted)
	close(answer)
	w.server.unfurler.settled(t)
	log := w.ok(t, a.ada, "conversations.history", "channel", a.public)
	text, err := json.Marshal(log)
	must(t, err)
	if strings.Contains(string(text), "late") {
		t.Errorf("%s", text)
	}
}

// A message's links are fetched at once: each of these waits for all others.
func TestLinksAreFetchedAtOnce(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	all.Add(maxLinks)
	base := w.withUnfurler(t, map[string]http.HandlerFunc{"/{n}": func(w http.ResponseWriter, r *http.Request) {
		all.Done()
		all.Wait()
		webPage("<title>"+r.PathValue("n")+"</title>")(w, r)
	}})
	var text []string
	for i := range maxLinks {
		text = append(text, fmt.Sprint(base, "/", i))
	}
	ts := w.ok(t, w.acme.ada, "chat.postMessage", "channel", w.acme.public, "text", strings.Join(text, " ")).text("ts")
	for i, a := range w.attachments(t, ts, maxLinks) {
		if title := a.(map[string]any)["title"]; title != fmt.Sprint(i) {
			t.Errorf("link %d is %v", i, title)
		}
	}
}

// Without a public URL the listener's is the server's own.
func TestOwnLinks(t *testing.T) {
	w := newWorld(t)
	w.withUnfurler(t, nil)
	u := w.server.unfurler
	for _, c := range []struct {
		public, link string
		own          bool
	}{
		{"https://taut.example/", "https://TAUT.example/x", true}, {"https://taut.example/", "https://example.com/", false},
		{"", "https://example.com/", false}, {"", w.store.URL() + "/files-pri/x", true}, {"", "http://localhost:1/", false},
	} {
		u.own = c.public
		w.store.ServedAt("http://localhost:8065")
		if u.isOwn(c.link) != c.own {
			t.Errorf("%s is own of %q: %v", c.link, c.public, !c.own)
		}
	}
}

// A workspace whose links hang has a bounded queue, and another one is served.
func TestUnfurlsAreBounded(t *testing.T) {
	w := newWorld(t)
	stuck := make(chan bool)
	base := w.withUnfurler(t, map[string]http.HandlerFunc{
		"/stuck/{n}": func(http.ResponseWriter, *http.Request) { <-stuck },
		"/page":      webPage("<title>x</title>"),
	})
	defer close(stuck)
	for i := range 2 * maxUnfurlsEach {
		w.ok(t, w.other.ada, "chat.postMessage", "channel", w.other.public, "text", fmt.Sprint(base, "/stuck/", i))
	}
	u := w.server.unfurler
	u.mu.Lock()
	n := u.each[w.other.workspace.ID]
	u.mu.Unlock()
	if n > maxUnfurlsEach {
		t.Errorf("%d wait", n)
	}
	if inside, _ := u.looking.Occupied(w.other.workspace.ID); inside > maxUnfurls/4 {
		t.Errorf("%d are looked at", inside)
	}
	w.attachments(t, w.ok(t, w.acme.ada, "chat.postMessage", "channel", w.acme.public, "text", base+"/page").text("ts"), 1)
}

func TestChatUnfurl(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	const link = "https://example.com/x?a=1&b=2"
	quoted, err := json.Marshal(map[string]any{link: map[string]any{"text": "of the app"}})
	must(t, err)
	unfurls := string(quoted)
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "see "+link).text("ts")
	in := []any{"channel", a.public, "ts", ts, "unfurls", unfurls}
	for range 2 {
		w.ok(t, a.robot, "chat.unfurl", in...)
	}
	got := w.attachments(t, ts, 1)[0].(map[string]any)
	if got["text"] != "of the app" || got["from_url"] != link || got["is_app_unfurl"] != true || got["bot_id"] != string(a.robot.bot) {
		t.Errorf("attached %v", got)
	}
	hidden := w.ok(t, a.bob, "chat.postMessage", "channel", a.secret, "text", link).text("ts")
	for _, c := range []struct {
		want string
		args []any
	}{
		{"cannot_unfurl_message", []any{"channel", a.public, "ts", ts, "unfurls", `{"https://example.com/":{}}`}},
		{"cannot_find_message", []any{"channel", a.public, "ts", "1.000001", "unfurls", unfurls}},
		{"cannot_find_message", []any{"channel", a.public, "ts", "x", "unfurls", unfurls}},
		{"cannot_find_channel", []any{"channel", a.secret, "ts", hidden, "unfurls", unfurls}},
		{"cannot_find_channel", []any{"channel", w.other.public, "ts", ts, "unfurls", unfurls}},
		{"cannot_find_channel", []any{"channel", "C00000000", "ts", ts, "unfurls", unfurls}},
		{"invalid_unfurls_format", []any{"channel", a.public, "ts", ts, "unfurls", "[]"}},
		{"cannot_parse_attachment", []any{"channel", a.public, "ts", ts, "unfurls", `{"` + link + `":1}`}},
		{"missing_channel", nil}, {"missing_ts", []any{"channel", a.public}},
		{"missing_unfurls", []any{"channel", a.public, "ts", ts}},
		{"missing_source", []any{"unfurl_id", "x"}}, {"invalid_unfurl_id", []any{"unfurl_id", "x", "source", "composer"}},
	} {
		w.fails(t, c.want, a.robot, "chat.unfurl", c.args...)
	}
}

// What the server or another app found of a link stays, and nobody but apps puts
// anything into other people's messages.
func TestUnfurlsAreTheirMakers(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	base := w.withUnfurler(t, map[string]http.HandlerFunc{"/page": webPage("<title>Genuine</title>")})
	of := func(link, text string) string {
		quoted, err := json.Marshal(map[string]any{link: map[string]any{"text": text, "title_link": "javascript:alert(1)", "bot_id": "B1"}})
		must(t, err)
		return string(quoted)
	}
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", base+"/page").text("ts")
	w.attachments(t, ts, 1)
	w.fails(t, "cannot_find_service", a.bob, "chat.unfurl", "channel", a.public, "ts", ts, "unfurls", of(base+"/page", "forged"))
	w.fails(t, "cannot_unfurl_url", a.robot, "chat.unfurl", "channel", a.public, "ts", ts, "unfurls", of(base+"/page", "forged"))
	w.fails(t, "cannot_unfurl_url", a.ada, "chat.unfurl", "channel", a.public, "ts", ts, "unfurls", of(base+"/page", "forged"))
	if got := w.attachments(t, ts, 1)[0].(map[string]any); got["title"] != "Genuine" {
		t.Errorf("attached: %v", got)
	}

	const link = "https://example.com/none"
	ts = w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", link, "unfurl_links", "false").text("ts")
	w.ok(t, a.ada, "chat.unfurl", "channel", a.public, "ts", ts, "unfurls", of(link, "mine"))
	got := w.attachments(t, ts, 1)[0].(map[string]any)
	if got["text"] != "mine" || got["bot_id"] != nil || got["title_link"] != nil {
		t.Errorf("attached by its author: %v", got)
	}
	w.fails(t, "cannot_unfurl_url", a.robot, "chat.unfurl", "channel", a.public, "ts", ts, "unfurls", of(link, "theirs"))

	posted := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "attachments", `[{"text":"x","title_link":"javascript:x","actions":[{"url":"data:,x"}]}]`)
	if text := fmt.Sprint(posted.at("message.attachments")); strings.Contains(text, "javascript") || strings.Contains(text, "data:") {
		t.Errorf("posted: %s", text)
	}
}

func TestImageProxy(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	pixel := onePixel(t)
	base := w.withUnfurler(t, map[string]http.HandlerFunc{
		"/i.png": func(w http.ResponseWriter, _ *http.Request) { w.Write(pixel) },
		"/html":  webPage("<script>alert(1)</script>"),
		"/svg":   webPage(`<svg xmlns="http://www.w3.org/2000/svg"></svg>`),
	})
	urls, err := json.Marshal([]string{base + "/i.png", base + "/html", base + "/svg", "http://127.0.0.1:1/x.png", "javascript:alert(1)"})
	must(t, err)
	signed, _ := w.ok(t, a.ada, "client.images", "urls", string(urls)).at("images").(map[string]any)
	if len(signed) != 4 {
		t.Fatalf("signed %v", signed)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /img-proxy/{signature}/{url}", w.server.unfurler.Images())
	get := func(path string) *httptest.ResponseRecorder {
		recorded := httptest.NewRecorder()
		mux.ServeHTTP(recorded, httptest.NewRequest(http.MethodGet, strings.TrimPrefix(path, "https://taut.example"), nil))
		return recorded
	}
	for url, status := range map[string]int{base + "/i.png": 200, base + "/html": 404, base + "/svg": 404, "http://127.0.0.1:1/x.png": 404} {
		got := get(signed[url].(string))
		if got.Code != status {
			t.Errorf("%s: %d", url, got.Code)
		}
		if h := got.Header(); h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%s: %v", url, h)
		}
	}
	good := get(signed[base+"/i.png"].(string))
	if good.Header().Get("Content-Type") != "image/png" || !bytes.Equal(good.Body.Bytes(), pixel) {
		t.Errorf("%v", good)
	}
	path := signed[base+"/i.png"].(string)
	other := signed[base+"/html"].(string)
	forged := path[:strings.LastIndexByte(path, '/')] + other[strings.LastIndexByte(other, '/'):]
	if got := get(forged); got.Code != http.StatusForbidden {
		t.Errorf("a forged one: %d", got.Code)
	}
	if got := get("/img-proxy/x/" + "aHR0cDovL2V4YW1wbGUuY29tLw"); got.Code != http.StatusForbidden {
		t.Errorf("an unsigned one: %d", got.Code)
	}
	w.fails(t, "not_allowed_token_type", a.robot, "client.images", "urls", "[]")
	narrow := a.ada
	narrow.token = a.token(t, store.NewToken{Type: "xoxp", User: a.ada.id, Scopes: []string{"chat:write"}})
	w.fails(t, "missing_scope", narrow, "client.userBoot")
}

// A workspace whose pictures hang keeps no other one's from being shown.
func TestPicturesOfOneWorkspaceWaitForThemselves(t *testing.T) {
	w := newWorld(t)
	pixel := onePixel(t)
	stuck, asked := make(chan bool), make(chan bool, 10*maxPicturesEach)
	base := w.withUnfurler(t, map[string]http.HandlerFunc{
		"/stuck": func(http.ResponseWriter, *http.Request) { asked <- true; <-stuck },
		"/i.png": func(w http.ResponseWriter, _ *http.Request) { w.Write(pixel) },
	})
	u := w.server.unfurler
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for range 5 * maxPicturesEach {
		waiting.Go(func() { u.picture(ctx, "T1", base+"/stuck") })
	}
	for range maxPicturesEach {
		<-asked
	}
	if _, err := u.picture(t.Context(), "T2", base+"/i.png"); err != nil {
		t.Errorf("another workspace's: %v", err)
	}
	if n := len(asked); n > 0 {
		t.Errorf("%d more were asked for", n)
	}
	cancel()
	close(stuck)
	waiting.Wait()
	if !u.showing.Empty() {
		t.Error("places are taken after all")
	}
}

func TestUserBoot(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	got := w.ok(t, a.ada, "client.userBoot")
	if got.text("self.id") != string(a.ada.id) || got.text("self.role") != "member" || got.text("team.id") != string(a.workspace.ID) {
		t.Errorf("boot %v", got)
	}
	text, err := json.Marshal(got)
	must(t, err)
	for id, there := range map[string]bool{string(a.public): true, string(a.private): true, string(a.dm): true,
		string(a.secret): false, string(a.archived): false, string(w.other.public): false, string(a.eve.id): false} {
		if strings.Contains(string(text), id) != there {
			t.Errorf("%s: there %v", id, !there)
		}
	}
	if guest := w.ok(t, a.guest, "client.userBoot"); len(guest.at("channels").([]any)) != 0 {
		t.Errorf("a guest's %v", guest)
	}
}
