package unfurl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const (
	fetchTime    = 3 * time.Second
	maxPage      = 1 << 20 // of a page, what is beyond is not read
	maxImage     = 5 << 20 // a larger picture is none
	maxHeaders   = 64 << 10
	maxRedirects = 3
	maxURL       = 2_000
	atOnce       = 80 // all links of as many messages as are looked at at once
)

// Options change what a Fetcher may do.
type Options struct {
	// Also allows further addresses; a test's own server. nil: none.
	Also func(netip.AddrPort) bool
	// Not are URLs that are not fetched, also where others lead to them; nil: none.
	Not func(*url.URL) bool
}

// Fetcher gets what URLs of strangers lead to.
type Fetcher struct {
	also   func(netip.AddrPort) bool
	not    func(*url.URL) bool
	client *http.Client
	slots  chan struct{}
}

// New makes a fetcher; Close ends its idle connections.
func New(o Options) *Fetcher {
	f := &Fetcher{also: o.Also, not: o.Not, slots: make(chan struct{}, atOnce)}
	dialer := &net.Dialer{Timeout: fetchTime, Control: f.control}
	f.client = &http.Client{
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			DisableCompression:     true,
			MaxResponseHeaderBytes: maxHeaders,
			TLSHandshakeTimeout:    fetchTime,
			ResponseHeaderTimeout:  fetchTime,
			MaxIdleConns:           atOnce,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        10 * time.Second,
		},
		CheckRedirect: f.redirect,
	}
	return f
}

// Close ends idle connections; fetches that run end with their contexts.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

var (
	errURL       = errors.New("not an URL to fetch")
	errRedirects = errors.New("too many redirects")
	errAnswer    = errors.New("the answer is of no use")
	errLarge     = errors.New("too large")
)

func (f *Fetcher) redirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errRedirects
	}
	r.Header.Del("Referer")
	return f.mayFetch(r.URL)
}

// fetchable judges what an URL says by itself; its address is judged when it is
// dialled.
func fetchable(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || len(u.String()) > maxURL {
		return errURL
	}
	return nil
}

func (f *Fetcher) mayFetch(u *url.URL) error {
	if f.not != nil && f.not(u) {
		return errURL
	}
	return fetchable(u)
}

// fetched is the begin of an answer's body, and where it came from.
type fetched struct {
	body []byte
	kind string // Content-Type
	from *url.URL
}

// get fetches an URL, at most so many bytes of it and one more, which tells that
// there are more.
func (f *Fetcher) get(ctx context.Context, address, accept string, most int64) (fetched, error) {
	u, err := url.Parse(address)
	if err != nil || f.mayFetch(u) != nil {
		return fetched{}, errURL
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return fetched{}, ctx.Err()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fetched{}, errURL
	}
	r.Header.Set("User-Agent", "Taut-LinkExpanding/1.0")
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := f.client.Do(r)
	if err != nil {
		return fetched{}, fmt.Errorf("fetch: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !plain(answer.Header.Get("Content-Encoding")) {
		return fetched{}, errAnswer
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	if err != nil {
		return fetched{}, fmt.Errorf("fetch: %w", err)
	}
	return fetched{body, answer.Header.Get("Content-Type"), answer.Request.URL}, nil
}

// plain refuses bodies that are compressed though nobody asked for that.
func plain(encoding string) bool { return encoding == "" || strings.EqualFold(encoding, "identity") }
