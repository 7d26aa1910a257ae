package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"taut/chat"
)

// place is a URL of something that is theirs.
type place struct {
	method, url string
	// known: whoever knows the URL may fetch it, so only changed ones are tried.
	known bool
	fetch func(n *neighbour, url string) fetched
	// own judges the answer to the owner.
	own func(fetched) bool
}

// places are one of each kind.
func (n *neighbour) places() []place {
	get, post := (*neighbour).get, func(n *neighbour, url string) fetched { return n.post(url, `{"text":"x"}`) }
	well := func(f fetched) bool { return f.status == http.StatusOK }
	itself := func(f fetched) bool { return well(f) && f.body == string(n.picture) }
	file := func(key string) string { return n.file[key].(string) }
	addEmoji(n.t.Context(), n.t, n.base, n.token)
	emoji := n.call("emoji.list")["emoji"].(map[string]any)["ours"].(string)
	return []place{
		{"GET", file("url_private"), false, get, itself},
		{"GET", file("url_private_download"), false, get, itself},
		{"GET", file("thumb_360"), false, get, well},
		{"GET", emoji, true, get, well},
		{"POST", n.call("files.getUploadURLExternal", "filename", "x", "length", "12")["upload_url"].(string), true, post, well},
		{"POST", n.call("manage.webhooks.create", "channel", n.secret)["webhook"].(map[string]any)["url"].(string), true, post, well},
		// Nothing is fetched from that address, so the owner too sees no picture: but it is signed.
		{"GET", n.signed("http://127.0.0.1/x.png"), true, get, func(f fetched) bool { return f.status == http.StatusNotFound }},
	}
}

func (n *neighbour) signed(picture string) string {
	n.t.Helper()
	return n.call("client.images", "urls", `["`+picture+`"]`)["images"].(map[string]any)[picture].(string)
}

// ticket is the path of a socket's URL.
func (n *neighbour) ticket() string {
	n.t.Helper()
	at, err := url.Parse(n.call("rtm.connect")["url"].(string))
	if err != nil {
		n.t.Fatal(err)
	}
	return at.Path
}

// upgrade asks for a socket that is refused.
func (n *neighbour) upgrade(path string) fetched {
	n.t.Helper()
	r, err := http.NewRequest("GET", n.base+path, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	for name, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbWUgZWFjaCB0aW1l"} {
		r.Header.Set(name, value)
	}
	return n.fetch(r)
}

// changed is a secret with another letter in its middle.
func changed(secret string) string {
	b := []byte(secret)
	if i := len(b) / 2; b[i] == 'a' {
		b[i] = 'b'
	} else {
		b[i] = 'a'
	}
	return string(b)
}

// shortestSecret is how long a part of a path is at least that says which it is.
const shortestSecret = 9

// changes are URLs that are like this one, and one of what never was.
func (p place) changes(t *testing.T, ours, theirs string) (tried []string, never string) {
	t.Helper()
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	base, _ := strings.CutSuffix(p.url, at.RequestURI())
	parts, unknown := strings.Split(at.RequestURI(), "/"), strings.Split(at.RequestURI(), "/")
	for i, part := range parts {
		if len(part) < shortestSecret || i < 2 {
			continue
		}
		other := slices.Clone(parts)
		other[i] = changed(part)
		tried = append(tried, base+strings.Join(other, "/"))
		unknown[i] = part[:1] + strings.Repeat("Z", len(part)-1)
	}
	tried = append(tried, p.url+"0")
	if other := strings.ReplaceAll(p.url, theirs, ours); other != p.url {
		tried = append(tried, other)
	}
	if !p.known {
		tried = append(tried, p.url, p.url+"?team="+theirs)
	}
	return tried, base + strings.Join(unknown, "/")
}

// TestURLsTellNothingOfWhatIsOthers: what is another workspace's, or in a private channel
// of one's own, is answered like what never was: with a token, without any, and with
// parts of the URL exchanged.
func TestURLsTellNothingOfWhatIsOthers(t *testing.T) {
	ours, theirs, colleague := neighbours(t)
	probes, probed := 0, routes(t)
	for _, p := range theirs.places() {
		tried, never := p.changes(t, ours.team, theirs.team)
		for _, who := range []*neighbour{ours, colleague, {t: t, base: ours.base}} {
			want := p.fetch(who, never)
			for _, u := range tried {
				probes++
				if got := p.fetch(who, u); got != want || got.status == http.StatusOK {
					t.Errorf("%s: %+v\n\tand %s, that never was: %+v", u, got, never, want)
				}
			}
		}
		if got := p.fetch(theirs, p.url); !p.own(got) {
			t.Errorf("the owner's own %s: %d %s", p.url, got.status, got.header)
		}
		probed.hit(t, p.method, p.url)
	}
	for _, who := range []*neighbour{ours, colleague, {t: t, base: ours.base}} {
		ticket := theirs.ticket()
		want := who.upgrade("/websocket/" + strings.Repeat("z", 100))
		for _, u := range []string{"/websocket/" + changed(ticket[len("/websocket/"):]), ticket + "0"} {
			probes++
			if got := who.upgrade(u); got != want {
				t.Errorf("%s: %+v\n\tand one that never was: %+v", u, got, want)
			}
		}
		probed.hit(t, "GET", theirs.base+ticket)
	}
	for pattern, hit := range probed.hits {
		if hit == (elsewhere[pattern] != "") {
			t.Errorf("%s: probed here %v, elsewhere: %q", pattern, hit, elsewhere[pattern])
		}
	}
	t.Logf("%d probes of URLs, %d routes", probes, len(probed.hits))
}

// elsewhere are the routes that are not probed here, and why.
var elsewhere = map[string]string{
	"/":                   "the web client's page, the same for everybody",
	"/api/":               "the matrix of the Web API",
	"GET /websocket":      "a token opens it; its frames are tried",
	"GET /avatars/{name}": "drawn from the name alone: nothing is looked up",
}

// routing knows the routes that clients have, and which of them were asked.
type routing struct {
	mux  *http.ServeMux
	hits map[string]bool // by pattern
}

func (r *routing) hit(t *testing.T, method, url string) {
	t.Helper()
	asked, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, pattern := r.mux.Handler(asked)
	r.hits[pattern] = true
}

// routes reads them where they are set: a new one is there without further ado.
func routes(t *testing.T) *routing {
	t.Helper()
	r := &routing{http.NewServeMux(), map[string]bool{}}
	for _, in := range []struct{ file, function string }{{"http.go", "clients"}, {"../files/service.go", "Handle"}} {
		file, err := parser.ParseFile(token.NewFileSet(), in.file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == in.function {
				r.read(t, f)
			}
		}
	}
	if len(r.hits) < 10 {
		t.Errorf("only %d routes are known", len(r.hits))
	}
	return r
}

func (r *routing) read(t *testing.T, f *ast.FuncDecl) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		on, _ := call.Fun.(*ast.SelectorExpr)
		switch {
		case on != nil && isNamed(on.X, "mux"):
			pattern := textOf(t, call.Args[0])
			r.mux.HandleFunc(pattern, http.NotFound)
			r.hits[pattern] = false
		case slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return isNamed(e, "mux") }):
			if of, ok := on.X.(*ast.SelectorExpr); !ok || of.Sel.Name != "files" {
				t.Errorf("routes are set elsewhere too: %s", on.Sel.Name)
			}
		}
		return true
	})
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// textOf is what a pattern says, which may name folders.
func textOf(t *testing.T, e ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		return textOf(t, e.X) + textOf(t, e.Y)
	case *ast.SelectorExpr:
		folders := map[string]string{"FileFolder": chat.FileFolder, "ThumbFolder": chat.ThumbFolder, "UploadFolder": chat.UploadFolder, "PictureFolder": chat.PictureFolder}
		if text, ok := folders[e.Sel.Name]; ok {
			return text
		}
	}
	t.Fatalf("a route's pattern is no text: %T", e)
	return ""
}
