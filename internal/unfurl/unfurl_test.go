package unfurl

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

// site serves strangers' pages on an address that is allowed for the test; others
// of this machine are not.
func site(t *testing.T, pages map[string]http.HandlerFunc) (f *Fetcher, base string) {
	t.Helper()
	mux := http.NewServeMux()
	for path, page := range pages {
		mux.HandleFunc(path, page)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	own := netip.MustParseAddrPort(server.Listener.Addr().String())
	f = New(Options{Also: func(a netip.AddrPort) bool { return a == own }})
	t.Cleanup(f.Close)
	return f, server.URL
}

func say(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Write([]byte(body))
	}
}

func TestOnlyPublicAddresses(t *testing.T) {
	for _, text := range []string{
		"0.0.0.0", "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "100::1", "5f00::1",
	} {
		if public(netip.MustParseAddr(text)) {
			t.Errorf("%s counts as public", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.63.255.255", "168.63.129.15", "2606:4700::1111", "::ffff:8.8.8.8"} {
		if !public(netip.MustParseAddr(text)) {
			t.Errorf("%s does not count as public", text)
		}
	}
}

func TestControl(t *testing.T) {
	f := New(Options{})
	for address, ok := range map[string]bool{
		"8.8.8.8:80": true, "8.8.8.8:443": true, "8.8.8.8:22": false, "8.8.8.8:8080": false, "10.0.0.1:80": false,
		"[2606:4700::1111]:443": true, "[::1]:80": false, "[::ffff:127.0.0.1]:80": false,
	} {
		if err := f.control("tcp4", address, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	if f.control("udp4", "8.8.8.8:80", nil) == nil || f.control("unix", "/run/x", nil) == nil {
		t.Error("not only TCP is dialled")
	}
}

// What a name or a redirect leads to is judged when it is dialled.
func TestPrivateServersAreOutOfReach(t *testing.T) {
	asked := false
	private := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked = true
		say("text/html", "<title>secret</title>")(w, nil)
	}))
	defer private.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(private.URL, "http://"), ":")
	f, base := site(t, map[string]http.HandlerFunc{
		"/away": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, private.URL, http.StatusFound) },
		"/file": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		},
	})
	for _, address := range []string{
		private.URL, "http://localhost:" + port + "/", "http://[::ffff:127.0.0.1]:" + port + "/", "http://0x7f000001:" + port + "/",
		"http://2130706433:" + port + "/", "http://127.1:" + port + "/", "http://user:pass@localhost:" + port + "/",
		base + "/away", base + "/file", "ftp://example.com/", "file:///etc/passwd", "gopher://localhost/", "http:///x", "//x", "",
		"http://example.com/" + strings.Repeat("x", maxURL),
	} {
		if _, err := f.Page(t.Context(), address); err == nil {
			t.Errorf("%.60s was fetched", address)
		}
		if _, err := f.Image(t.Context(), address); err == nil {
			t.Errorf("%.60s was fetched as a picture", address)
		}
	}
	if asked {
		t.Error("a private server was asked")
	}
}

// What is not to be fetched is not, wherever a link to it is met.
func TestRedirectsToWhatIsNotFetched(t *testing.T) {
	asked := false
	f, base := site(t, map[string]http.HandlerFunc{
		"/own":  func(w http.ResponseWriter, r *http.Request) { asked = true },
		"/away": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/own", http.StatusFound) },
	})
	f.not = func(u *url.URL) bool { return u.Path == "/own" }
	for _, path := range []string{"/own", "/away"} {
		if _, err := f.Page(t.Context(), base+path); err == nil {
			t.Errorf("%s was fetched", path)
		}
	}
	if asked {
		t.Error("it was asked")
	}
}

func TestPages(t *testing.T) {
	head := func(s string) string { return "<html><head>" + s + "</head><body><title>no</title></body></html>" }
	f, base := site(t, map[string]http.HandlerFunc{
		"/og": say("text/html", head(`<title>t</title><meta property="og:title" content="A &amp; B"><meta name="description" content=" of
			two  lines"><meta property="og:image" content="/a.png"><meta property="og:site_name" content="Site">`)),
		"/plain":  say("text/html; charset=utf-8", head(`<TITLE>only  this</TITLE>`)),
		"/latin":  say("text/html; charset=iso-8859-1", "<title>caf\xe9</title>"),
		"/long":   say("text/html", head(`<title>`+strings.Repeat("x", 10_000)+`</title>`)),
		"/script": say("text/html", head(`<title>x</title><meta property="og:image" content="javascript:alert(1)">`)),
		"/none":   say("text/html", "<p>nothing"),
		"/json":   say("application/json", `{"title":"x"}`),
		"/gone":   http.NotFound,
		"/large":  say("text/html", "<title>first</title>"+strings.Repeat("<p>x", 1<<20)),
		"/body":   say("text/html", "<body><title>not in the head</title>"),
	})
	for path, want := range map[string]Page{
		"/og":     {Site: "Site", Title: "A & B", Description: "of two lines", Image: base + "/a.png"},
		"/plain":  {Title: "only this"},
		"/latin":  {Title: "café"},
		"/long":   {Title: strings.Repeat("x", maxTitle-1) + "…"},
		"/script": {Title: "x"},
		"/large":  {Title: "first"},
	} {
		if got, err := f.Page(t.Context(), base+path); got != want || err != nil {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	for _, path := range []string{"/none", "/json", "/gone", "/body"} {
		if got, err := f.Page(t.Context(), base+path); err == nil {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPictures(t *testing.T) {
	body := picture(t)
	f, base := site(t, map[string]http.HandlerFunc{
		"/a.png":   say("image/png", body),
		"/lies":    say("text/html", body),
		"/svg":     say("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`),
		"/html":    say("image/png", "<html><script>alert(1)</script>"),
		"/large":   say("image/png", body+strings.Repeat("x", maxImage)),
		"/exactly": say("image/png", body+strings.Repeat("x", maxImage-len(body))),
	})
	for path, ok := range map[string]bool{"/a.png": true, "/lies": true, "/exactly": true, "/svg": false, "/html": false, "/large": false} {
		got, err := f.Image(t.Context(), base+path)
		if (err == nil) != ok || ok && got.Type != "image/png" {
			t.Errorf("%s: %s, %v", path, got.Type, err)
		}
	}
	p, err := f.Page(t.Context(), base+"/a.png")
	if want := (Page{Title: "a.png", Image: base + "/a.png", IsImage: true, Width: 30, Height: 20, Bytes: len(body)}); p != want || err != nil {
		t.Errorf("a picture's page is %+v, %v", p, err)
	}
}

func TestFetchesAreBounded(t *testing.T) {
	stuck := make(chan struct{})
	var squeezed bytes.Buffer
	z := gzip.NewWriter(&squeezed)
	z.Write(bytes.Repeat([]byte("<title>x</title>"), 1<<16))
	z.Close()
	cookies := 0
	f, base := site(t, map[string]http.HandlerFunc{
		"/hop/{n}": func(w http.ResponseWriter, r *http.Request) {
			var n int
			fmt.Sscan(r.PathValue("n"), &n)
			if n == 0 {
				say("text/html", "<title>end</title>")(w, r)
				return
			}
			http.Redirect(w, r, fmt.Sprint("/hop/", n-1), http.StatusFound)
		},
		"/stuck": func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-stuck
		},
		"/gzip": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			say("text/html", squeezed.String())(w, r)
		},
		"/cookie": func(w http.ResponseWriter, r *http.Request) {
			cookies += len(r.Cookies()) + len(r.Header["Referer"]) + len(r.Header["Authorization"])
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			say("text/html", "<title>x</title>")(w, r)
		},
		"/headers": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeaders))
			say("text/html", "<title>x</title>")(w, r)
		},
	})
	defer close(stuck)
	if _, err := f.Page(t.Context(), base+"/hop/3"); err != nil {
		t.Errorf("three redirects: %v", err)
	}
	for _, path := range []string{"/hop/4", "/gzip", "/headers"} {
		if p, err := f.Page(t.Context(), base+path); err == nil {
			t.Errorf("%s: %+v", path, p)
		}
	}
	for range 2 {
		if _, err := f.Page(t.Context(), base+"/cookie"); err != nil {
			t.Error(err)
		}
	}
	if cookies > 0 {
		t.Errorf("%d headers tell who asks", cookies)
	}
	patience, cancel := context.WithTimeout(t.Context(), 20*fetchTime)
	defer cancel()
	if _, err := f.Page(patience, base+"/stuck"); err == nil || patience.Err() != nil {
		t.Errorf("a body that never ends: %v", err)
	}
}

func TestCacheRemembersFailuresToo(t *testing.T) {
	asked := map[string]int{}
	count := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			asked[r.URL.Path]++
			h(w, r)
		}
	}
	f, base := site(t, map[string]http.HandlerFunc{"/a": count(say("text/html", "<title>a</title>")), "/b": count(http.NotFound)})
	c := NewCache(f)
	for range 3 {
		c.Page(t.Context(), base+"/a")
		c.Page(t.Context(), base+"/b")
	}
	if asked["/a"] != 1 || asked["/b"] != 1 {
		t.Errorf("asked %v", asked)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Page(ended, base+"/c"); err == nil || len(c.current) != 2 {
		t.Errorf("%v, and %d are kept", err, len(c.current))
	}
	for i := range 3 * pagesKept {
		c.keep(fmt.Sprint(i), remembered{})
	}
	if n := len(c.current) + len(c.previous); n > 2*pagesKept {
		t.Errorf("%d are kept", n)
	}
}

func TestSignedPaths(t *testing.T) {
	s, now := NewSigner([]byte("key")), time.Now()
	address := "https://example.com/a b.png?x=1&y=ä"
	path := s.Path("T1", address, now)
	parts := strings.Split(strings.TrimPrefix(path, ProxyPath), "/")
	if of, got, ok := s.Open(parts[0], parts[1], now); !ok || got != address || of != "T1" {
		t.Errorf("%s opens %q of %q, %v", path, got, of, ok)
	}
	other := strings.Split(strings.TrimPrefix(s.Path("T1", "https://example.com/b", now), ProxyPath), "/")
	for _, c := range [][2]string{{other[0], parts[1]}, {parts[0], other[1]}, {"", parts[1]}, {parts[0][:10], parts[1]}, {"!", "!"}} {
		if _, got, ok := s.Open(c[0], c[1], now); ok {
			t.Errorf("%v opens %q", c, got)
		}
	}
	if _, _, ok := NewSigner([]byte("other")).Open(parts[0], parts[1], now); ok {
		t.Error("another key opens it")
	}
	if _, _, ok := s.Open(parts[0], parts[1], now.Add(PathLife)); !ok {
		t.Error("it ends too early")
	}
	if _, _, ok := s.Open(parts[0], parts[1], now.Add(PathLife+24*time.Hour)); ok {
		t.Error("it never ends")
	}
	if s.Path("T1", "javascript:alert(1)", now) != "" || s.Path("T1", "data:image/png,x", now) != "" {
		t.Error("signed what can't be fetched")
	}
}

// Pages that were made to take long, or much, take neither.
func TestHostilePages(t *testing.T) {
	from, err := url.Parse("https://example.com/")
	if err != nil {
		t.Fatal(err)
	}
	fill := func(s string) string { return strings.Repeat(s, maxPage/len(s)) }
	for name, body := range map[string]string{
		"open tags": fill("<a"), "nested": fill("<div>"), "quotes": `<meta content="` + fill("x"), "attributes": "<meta " + fill("a=b "),
		"metas": fill(`<meta name="a" content="b">`), "entities": "<title>" + fill("&amp;"), "comments": fill("<!--"), "nul": fill("\x00"),
		"titles": fill("<title>x"), "cdata": fill("<![CDATA["), "script": "<script>" + fill("<!--<script>"), "ends": fill("</"),
	} {
		begin := cpuTime()
		p := parsePage(fetched{body: []byte(body), kind: "text/html; charset=utf-8", from: from})
		if took := cpuTime() - begin; took > 2*time.Second || len(p.Title) > 4*maxTitle || len(p.Description) > 4*maxDescription {
			t.Errorf("%s took %v, and gave %d bytes", name, took, len(p.Title))
		}
	}
}

// cpuTime is what the process has used: a busy machine does not make it more.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func FuzzPage(f *testing.F) {
	f.Add("text/html", "<title>x</title><meta property=og:image content=//a/b>")
	f.Add("text/html; charset=utf-16", "\xff\xfe<\x00t\x00")
	f.Add("", "<meta charset=gbk><title>\xc4\xe3")
	from := &url.URL{Scheme: "https", Host: "example.com"}
	f.Fuzz(func(t *testing.T, kind, body string) {
		p := parsePage(fetched{body: []byte(body), kind: kind, from: from})
		if !utf8.ValidString(p.Title+p.Site+p.Description) || utf8.RuneCountInString(p.Title) > maxTitle {
			t.Errorf("%+q", p.Title)
		}
		if p.Image != "" && !strings.HasPrefix(p.Image, "http") {
			t.Errorf("a picture at %q", p.Image)
		}
	})
}
