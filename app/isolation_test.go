package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"taut/chat"
	"taut/internal/admin"
)

// neighbour is an owner's view of one of two workspaces on a server.
type neighbour struct {
	t     *testing.T
	base  string
	team  string
	user  string
	token string

	secret string // a private channel
	ts     string // a message there
	file   map[string]any

	upload, webhook string // URLs that let anybody in who has them
}

func (n *neighbour) call(method string, args ...string) map[string]any {
	n.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	r, err := http.NewRequest("POST", n.base+"/api/"+method, strings.NewReader(form.Encode()))
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer map[string]any
	if err := json.Unmarshal([]byte(n.fetch(r).body), &answer); err != nil {
		n.t.Fatal(err)
	}
	if answer["ok"] != true {
		n.t.Fatalf("%s %v: %v", method, args, answer)
	}
	return answer
}

// fetched is what a URL answered, without what differs between any two answers.
type fetched struct {
	status int
	header string
	body   string
}

func (n *neighbour) fetch(r *http.Request) fetched {
	n.t.Helper()
	if n.token != "" {
		r.Header.Set("Authorization", "Bearer "+n.token)
	}
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	var header bytes.Buffer
	answer.Header.Del("Date")
	for name := range answer.Header {
		if strings.EqualFold(name, "x-slack-req-id") {
			delete(answer.Header, name)
		}
	}
	if err := answer.Header.Write(&header); err != nil {
		n.t.Fatal(err)
	}
	return fetched{answer.StatusCode, header.String(), string(body)}
}

func (n *neighbour) get(url string) fetched {
	n.t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	return n.fetch(r)
}

// furnish makes a private channel with a message, a thread and a picture.
func (n *neighbour) furnish() {
	n.t.Helper()
	n.secret = n.call("conversations.create", "name", "vault", "is_private", "true")["channel"].(map[string]any)["id"].(string)
	n.ts = n.call("chat.postMessage", "channel", n.secret, "text", "the password of "+n.team)["ts"].(string)
	n.call("chat.postMessage", "channel", n.secret, "text", "and more", "thread_ts", n.ts)
	content := []byte("what only " + n.team + " may read")
	place := n.call("files.getUploadURLExternal", "filename", "plan.txt", "length", fmt.Sprint(len(content)))
	r, err := http.NewRequest("POST", place["upload_url"].(string), bytes.NewReader(content))
	if err != nil {
		n.t.Fatal(err)
	}
	if got := n.fetch(r); got.status != 200 {
		n.t.Fatalf("upload: %+v", got)
	}
	done := n.call("files.completeUploadExternal", "files", fmt.Sprintf(`[{"id":%q}]`, place["file_id"]), "channel_id", n.secret)
	n.file = done["files"].([]any)[0].(map[string]any)
	n.upload = n.call("files.getUploadURLExternal", "filename", "x", "length", "10")["upload_url"].(string)
	n.webhook = n.call("manage.webhooks.create", "channel", n.secret)["webhook"].(map[string]any)["url"].(string)
}

// neighbours starts a server with two furnished workspaces.
func neighbours(t *testing.T) (ours, theirs *neighbour) {
	a := start(t, t.TempDir())
	d := door(t, a)
	made := func(domain string) *neighbour {
		owner, err := d.CreateWorkspace(t.Context(), admin.NewWorkspace{Domain: domain})
		if err != nil {
			t.Fatal(err)
		}
		n := &neighbour{t: t, base: d.Door.URL, team: string(owner.WorkspaceID), user: string(owner.UserID), token: owner.Token}
		n.furnish()
		return n
	}
	return made("acme"), made("other")
}

var fileID = regexp.MustCompile(`F[A-Z0-9]{8,10}`)

// TestURLsTellNothingOfOtherWorkspaces: a file of another workspace is answered
// like one that never was, with our token, without any, and with its own
// workspace's id exchanged for ours.
func TestURLsTellNothingOfOtherWorkspaces(t *testing.T) {
	ours, theirs := neighbours(t)
	probes := 0
	for _, key := range []string{"url_private", "url_private_download"} {
		place, _ := theirs.file[key].(string)
		if got := theirs.get(place); got.status != 200 || !strings.Contains(got.body, "what only "+theirs.team) {
			t.Fatalf("the owner's own %s: %+v", place, got)
		}
		never := strings.Replace(place, fileID.FindString(place), chat.NewID("F"), 1)
		for _, who := range []*neighbour{ours, {t: t, base: ours.base}} {
			for _, change := range []func(string) string{
				func(u string) string { return u },
				func(u string) string { return strings.Replace(u, theirs.team, ours.team, 1) },
				func(u string) string { return u + "?team=" + theirs.team },
				func(u string) string { return strings.Replace(u, "/files-pri/", "/files-tmb/", 1) },
			} {
				probes++
				got, want := who.get(change(place)), who.get(change(never))
				if got != want || got.status == 200 {
					t.Errorf("%s: %+v\n\tand one that never was: %+v", change(place), got, want)
				}
			}
		}
	}
	for _, u := range []string{theirs.upload, theirs.webhook} {
		for _, change := range []func(string) string{
			func(u string) string { return strings.Replace(u, theirs.team, ours.team, 1) },
			func(u string) string { return u + "0" },
			func(u string) string { return u[:len(u)-8] + "00000000" },
		} {
			probes++
			got, want := ours.post(change(u), `{"text":"x"}`), ours.post(neverSecret.ReplaceAllString(change(u), "/no"), `{"text":"x"}`)
			if got != want || got.status == 200 {
				t.Errorf("%s: %+v\n\tand one that never was: %+v", change(u), got, want)
			}
		}
	}
	if got := theirs.post(theirs.webhook, `{"text":"x"}`); got.status != 200 {
		t.Errorf("the webhook itself: %+v", got)
	}
	if got := theirs.post(theirs.upload, `ten bytes.`); got.status != 200 {
		t.Errorf("the upload itself: %+v", got)
	}
	t.Logf("%d probes of URLs", probes)
}

// neverSecret is the last part of a URL that is a capability.
var neverSecret = regexp.MustCompile(`/[^/]*$`)

func (n *neighbour) post(url, body string) fetched {
	n.t.Helper()
	r, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return n.fetch(r)
}

// socket is a client's connection.
type socket struct {
	n     *neighbour
	conn  io.ReadWriter
	heard []string
}

func (n *neighbour) socket() *socket {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(n.t.Context(), 10*time.Second)
	defer cancel()
	dialer := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Authorization": {"Bearer " + n.token}}}
	conn, early, _, err := dialer.Dial(ctx, strings.Replace(n.base, "http", "ws", 1)+"/websocket")
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	s := &socket{n: n, conn: conn}
	if early != nil { // it holds what came with the handshake's answer
		s.conn = struct {
			io.Reader
			io.Writer
		}{early, conn}
	}
	for !strings.Contains(s.read(), `"hello"`) {
	}
	return s
}

func (s *socket) read() string {
	s.n.t.Helper()
	text, err := wsutil.ReadServerText(s.conn)
	if err != nil {
		s.n.t.Fatalf("after %v: %v", s.heard, err)
	}
	s.heard = append(s.heard, string(text))
	return string(text)
}

// ask sends a frame and gives all that is answered up to the pong of a ping
// behind it; answers that come later are awaited until there are enough.
func (s *socket) ask(frame string, answers int) (got []string) {
	s.n.t.Helper()
	for _, text := range []string{frame, `{"type":"ping","id":99}`} {
		if err := wsutil.WriteClientText(s.conn, []byte(text)); err != nil {
			s.n.t.Fatal(err)
		}
	}
	for pong := false; !pong || len(got) < answers; {
		text := s.read()
		if strings.Contains(text, `"pong"`) {
			pong = true
			continue
		}
		got = append(got, text)
	}
	return got
}

// TestSocketsTellNothingOfOtherWorkspaces sends each frame that names something
// with another workspace's ids, and with ids that never were.
func TestSocketsTellNothingOfOtherWorkspaces(t *testing.T) {
	ours, theirs := neighbours(t)
	line, control := ours.socket(), theirs.socket()
	probes := 0
	for _, frame := range []struct {
		text    string
		answers int
		tells   string // in the owner's own answer
	}{
		{`{"type":"message","id":1,"channel":"CHANNEL","text":"hello there"}`, 1, `"ok":true`},
		{`{"type":"message","id":1,"channel":"CHANNEL","text":"hello there","thread_ts":"TS"}`, 1, `"ok":true`},
		{`{"type":"presence_query","id":1,"ids":["USER"]}`, 1, `"active"`},
		{`{"type":"presence_sub","id":1,"ids":["USER"]}`, 1, `"active"`},
		{`{"type":"resume","id":1,"incarnation":"none","cursor":{"CHANNEL":0}}`, 3, `"discontinuity"`},
		{`{"type":"resume","id":1,"incarnation":"none","cursor":{"USER":0}}`, 3, `"discontinuity"`},
		{`{"type":"resume","id":1,"incarnation":"none","cursor":{"TEAM":0}}`, 2, ``},
		{`{"type":"typing","id":1,"channel":"CHANNEL"}`, 0, ``},
	} {
		real := strings.NewReplacer("CHANNEL", theirs.secret, "USER", theirs.user, "TEAM", theirs.team, "TS", theirs.ts)
		channel, user, team := chat.NewID("C"), chat.NewID("U"), chat.NewID("T")
		never := strings.NewReplacer("CHANNEL", channel, "USER", user, "TEAM", team, "TS", "1400000000.000100")
		same := strings.NewReplacer(theirs.secret, "CHANNEL", channel, "CHANNEL", theirs.user, "USER", user, "USER", theirs.team, "TEAM", team, "TEAM",
			theirs.ts, "TS", "1400000000.000100", "TS")
		got, want := line.ask(real.Replace(frame.text), min(frame.answers, 1)), line.ask(never.Replace(frame.text), min(frame.answers, 1))
		probes++
		if g, w := same.Replace(strings.Join(got, "\n")), same.Replace(strings.Join(want, "\n")); g != w {
			t.Errorf("%s: %s\n\tand of what never was: %s", frame.text, g, w)
		}
		if own := strings.Join(control.ask(real.Replace(frame.text), frame.answers), "\n"); !strings.Contains(own, frame.tells) {
			t.Errorf("the owner's own %s: %s, without %s", frame.text, own, frame.tells)
		}
	}
	t.Logf("%d probes over sockets", probes)
}
