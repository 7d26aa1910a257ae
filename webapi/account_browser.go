package webapi

import (
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"taut/auth"
	"taut/chat"
)

// address is the client's. Where a proxy stands in between, the server in front
// of us has put the client's in its place.
func (q *request) address() string {
	if q.http == nil {
		return ""
	}
	host, _, err := net.SplitHostPort(q.http.RemoteAddr)
	if err != nil {
		return q.http.RemoteAddr
	}
	return host
}

// cookie is the one that goes with sessions' tokens.
func (q *request) cookie() string {
	if q.http == nil {
		return ""
	}
	c, err := q.http.Cookie(auth.CookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// secure tells whether the client came over https. The header is a trusted
// proxy's: those of others are taken away before.
func (q *request) secure() bool {
	return q.http.TLS != nil || strings.EqualFold(q.http.Header.Get("X-Forwarded-Proto"), "https") ||
		strings.HasPrefix(q.server.publicURL, "https:")
}

const cookieLife = 365 * 24 * time.Hour

// setCookie gives the browser its new cookie; "" takes it away.
func (q *request) setCookie(value string) {
	c := &http.Cookie{
		Name: auth.CookieName, Value: value, Path: "/", HttpOnly: true,
		Secure: q.secure(), SameSite: http.SameSiteLaxMode, MaxAge: int(cookieLife.Seconds()),
	}
	if value == "" {
		c.MaxAge = -1
	}
	q.cookies = append(q.cookies, c)
}

func (q *request) browser() auth.Browser {
	return auth.Browser{Cookie: q.cookie(), Address: q.address(), Label: q.device()}
}

const maxDevice = 80

// device is what the client calls itself, else what its User-Agent tells.
func (q *request) device() string {
	if name := strings.TrimSpace(q.args.text("device")); name != "" {
		return strings.ToValidUTF8(name[:min(len(name), maxDevice)], "")
	}
	agent := q.http.UserAgent()
	browser := named(agent, "Edg/ Edge", "OPR/ Opera", "Firefox/ Firefox", "Chrome/ Chrome", "Safari/ Safari")
	system := named(agent, "Android Android", "iPhone iOS", "iPad iOS", "Windows Windows", "Mac macOS", "Linux Linux")
	switch {
	case browser == "":
		return programName(agent)
	case system == "":
		return browser
	}
	return browser + " on " + system
}

// programName tells of what is no browser by the first word of its User-Agent.
func programName(agent string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(agent), " ")
	word = strings.ToValidUTF8(word[:min(len(word), maxDevice/2)], "")
	if word == "" {
		return "a program"
	}
	return "a program (" + word + ")"
}

// named is the name behind the first sign that the text holds; "": it holds none.
func named(text string, signs ...string) string {
	for _, s := range signs {
		sign, name, _ := strings.Cut(s, " ")
		if strings.Contains(text, sign) {
			return name
		}
	}
	return ""
}

// admitOpen admits a call that needs no token.
func (q *request) admitOpen() error {
	if q.method.guarded && !q.deliberate() {
		return fail("invalid_origin")
	}
	if q.method.guarded && q.http.URL.RawQuery != "" {
		// Passwords and codes in URLs end up in the logs of those in between.
		return invalidArguments("[ERROR] the arguments of this method belong in the body")
	}
	return q.args.require(q.method.required)
}

// deliberate tells whether a call can't come from another site's page. A page
// can send forms and plain text anywhere; JSON and headers of its own only where
// it is let, which is nowhere. A browser tells the page's origin besides.
func (q *request) deliberate() bool {
	r := q.http
	if r.Method != http.MethodPost {
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		return q.ours(origin)
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json" || r.Header.Get("Authorization") != ""
}

// ours tells whether an origin is this server's.
func (q *request) ours(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	if strings.EqualFold(u.Host, q.http.Host) {
		return true
	}
	public, err := url.Parse(q.server.publicURL)
	return err == nil && public.Host != "" && strings.EqualFold(u.Host, public.Host)
}

// mail sends a text, and tells whether that is on its way: without a mailer, or
// with too much waiting, the link is shown instead.
func (q *request) mail(m chat.Mail) bool {
	return q.server.mailer != nil && q.server.mailer.Send(q.http.Context(), m) == nil
}
