package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"taut/internal/admin"
)

// neighbour is an owner's view of one of two workspaces on a server.
type neighbour struct {
	t     *testing.T
	base  string
	team  string
	user  string
	token string

	secret  string // a private channel
	ts      string // a message there
	picture []byte // what the file there has
	file    map[string]any
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
	client := http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
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
	n.picture = pictureOf(n.t, n.team)
	place := n.call("files.getUploadURLExternal", "filename", "plan.png", "length", fmt.Sprint(len(n.picture)))
	if got := n.post(place["upload_url"].(string), string(n.picture)); got.status != 200 {
		n.t.Fatalf("upload: %+v", got)
	}
	done := n.call("files.completeUploadExternal", "files", fmt.Sprintf(`[{"id":%q}]`, place["file_id"]), "channel_id", n.secret)
	n.file = done["files"].([]any)[0].(map[string]any)
}

// pictureOf is one that no other word has.
func pictureOf(t *testing.T, word string) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 400, 300))
	for i := range img.Pix {
		img.Pix[i] = word[i%len(word)]
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// neighbours starts a server with two furnished workspaces. The colleague is in theirs,
// and in no private channel.
func neighbours(t *testing.T) (ours, theirs, colleague *neighbour) {
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
	ours, theirs = made("acme"), made("other")
	member, err := d.AddUser(t.Context(), admin.NewUser{Workspace: "other", Name: "eve"})
	if err != nil {
		t.Fatal(err)
	}
	return ours, theirs, &neighbour{t: t, base: d.Door.URL, team: theirs.team, user: string(member.UserID), token: member.Token}
}

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
	return n.dial("/websocket")
}

// dial opens a socket, beside our token, and waits for its hello.
func (n *neighbour) dial(path string) *socket {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(n.t.Context(), 30*time.Second)
	defer cancel()
	dialer := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Authorization": {"Bearer " + n.token}}}
	conn, early, _, err := dialer.Dial(ctx, strings.Replace(n.base, "http", "ws", 1)+path)
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
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
