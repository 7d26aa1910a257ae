package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/internal/mail"
)

// startMail begins to send mail, where a server is set; else nil.
func (a *App) startMail() (chat.Mailer, error) {
	m := a.config.Mail
	if m.Server == "" {
		return nil, nil
	}
	password, err := m.Password()
	if err != nil {
		return nil, err
	}
	s := mail.Start(mail.Options{
		Server: m.Server, From: m.From, User: m.User, Password: password, TLS: m.TLS, Log: a.log, Metrics: a.reg,
	})
	a.onClose("mail", s.Close)
	return s, nil
}

// setupCodeLife is how long the code that the log prints is good; a start prints
// a new one.
const setupCodeLife = 24 * time.Hour

// greet tells the first operator what to do next: it prints the one-time code
// with which the first workspace is made.
func (a *App) greet(ctx context.Context, url string) error {
	all, err := a.store.Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("list the workspaces: %w", err)
	}
	if len(all) > 0 {
		return nil
	}
	code, hash := auth.NewSetupCode()
	if err := a.store.PutSetupCode(ctx, hash, true, setupCodeLife); err != nil {
		return fmt.Errorf("keep the setup code: %w", err)
	}
	a.log.Warn("there is no workspace yet; make the first one at this address, good once and for a day, or with taut workspace create",
		slog.String("setup", url+"/setup#"+code))
	return nil
}

// hardened puts before all that clients ask for what holds for all of it: headers
// that browsers heed, and the client's own address where a trusted proxy tells it.
func (a *App) hardened(next http.Handler) (http.Handler, error) {
	proxies, err := a.config.Accounts.Proxies()
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded(r, proxies)
		h := w.Header()
		for name, value := range hardHeader {
			h[name] = value
		}
		if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	}), nil
}

// hardHeader is what every answer begins with; pages and files say more of
// themselves. The values are shared by all: nobody may change them in place.
var hardHeader = map[string][]string{
	"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
	"X-Content-Type-Options":  {"nosniff"},
	"X-Frame-Options":         {"DENY"},
	"Referrer-Policy":         {"no-referrer"},
}

// forwarded makes the request as if the client had come without the trusted
// proxies: RemoteAddr is its own, and X-Forwarded-Proto is a proxy's or not there.
func forwarded(r *http.Request, proxies []netip.Prefix) {
	peer, ok := addressOf(r.RemoteAddr)
	if !ok || !trusted(peer, proxies) {
		r.Header.Del("X-Forwarded-For")
		r.Header.Del("X-Forwarded-Proto")
		return
	}
	client := peer
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	// From the nearest hop on: what is before the first that is not ours is hearsay.
	for i := len(hops) - 1; i >= 0 && trusted(client, proxies); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap().WithZone("")
	}
	r.RemoteAddr = net.JoinHostPort(client.String(), "0")
	r.Header.Set("X-Forwarded-Proto", lastWord(r.Header.Get("X-Forwarded-Proto")))
}

func lastWord(list string) string {
	words := strings.Split(list, ",")
	return strings.ToLower(strings.TrimSpace(words[len(words)-1]))
}

func addressOf(remote string) (netip.Addr, bool) {
	p, err := netip.ParseAddrPort(remote)
	return p.Addr().Unmap().WithZone(""), err == nil
}

func trusted(a netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
