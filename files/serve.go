package files

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"taut/chat"
	"taut/internal/pace"
	"taut/store"
)

// isolation keeps what is served from doing anything in a browser: nothing is
// guessed, nothing runs, and nothing is shown in a frame.
func isolation(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// serveFile serves /files-pri/T…-F…/name and …/download/name.
func (s *Service) serveFile(w http.ResponseWriter, r *http.Request) {
	f, err := s.visible(r)
	if err != nil {
		s.absent(w, "file", err)
		return
	}
	shown, download := inline[f.MimeType], strings.HasPrefix(r.PathValue("name"), "download/")
	if download || shown == "" {
		w.Header().Set("Content-Disposition", disposition("attachment", f.Name))
	} else {
		w.Header().Set("Content-Disposition", disposition("inline", f.Name))
	}
	if shown == "" {
		shown = safeType(f.MimeType)
	}
	w.Header().Set("Content-Type", shown)
	if !download && played(shown) {
		s.serveBlob(w, r, "file", bytesKey(f), f.SHA256)
		return
	}
	s.serveOrRedirect(w, r, "file", bytesKey(f), f.SHA256)
}

// played tells of sound and films, which come from here wherever they are kept: a
// player asks for part after part of where it was once sent to, for as long as it
// plays, and whether it may is to be looked at each time.
func played(kind string) bool {
	return strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/")
}

// serveThumb serves /files-tmb/T…-F…/thumb_360.png.
func (s *Service) serveThumb(w http.ResponseWriter, r *http.Request) {
	f, err := s.visible(r)
	if err != nil {
		s.absent(w, "thumb", err)
		return
	}
	size, ok := thumbSize(r.PathValue("name"), f.Media)
	if !ok {
		s.absent(w, "thumb", errNoBlob)
		return
	}
	w.Header().Set("Content-Type", imageTypes[f.Media.ThumbType])
	s.serveOrRedirect(w, r, "thumb", thumbKey(f, size), f.SHA256+"-"+strconv.Itoa(size))
}

var imageTypes = map[string]string{"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}

func thumbSize(name string, m chat.FileMedia) (size int, ok bool) {
	text, isThumb := strings.CutPrefix(strings.TrimSuffix(name, "."+m.ThumbType), "thumb_")
	size, err := strconv.Atoi(text)
	return size, isThumb && err == nil && slices.ContainsFunc(m.Thumbs, func(t chat.Thumb) bool { return t.Size == size })
}

// visible is the file that the request names, where its caller may see it now;
// NotFound in every other case.
func (s *Service) visible(r *http.Request) (chat.File, error) {
	workspace, id, _ := strings.Cut(r.PathValue("id"), "-")
	if !chat.ValidID(workspace, "T") || !chat.ValidID(id, "F") {
		return chat.File{}, errNoBlob
	}
	c, err := s.caller(r, chat.WorkspaceID(workspace))
	if err != nil {
		return chat.File{}, err
	}
	if !s.limits.Allow(c.Workspace, c.User, time.Now()) {
		return chat.File{}, chat.NewError(chat.Limited, "rate")
	}
	return s.store.Workspace(c.Workspace).FileVisible(r.Context(), chat.FileID(id), ViewerOf(c))
}

// ViewerOf is how the caller sees files: guests and bots read only the channels
// that they are in.
func ViewerOf(c chat.Caller) store.FileViewer {
	return store.FileViewer{User: c.User, MembersOnly: c.Bot != "" || c.Role.IsGuest()}
}

var errNoCaller = chat.NewError(chat.NotFound, "caller")

// sessionCookie is the cookie of the web client's sessions.
const sessionCookie = "d"

// caller is whoever asks, of this workspace: by the token, else by the cookie.
// An unknown one gets the same answer as one who may not.
func (s *Service) caller(r *http.Request, w chat.WorkspaceID) (chat.Caller, error) {
	c, err := s.identify(r, w)
	switch chat.CodeOf(err) {
	case "":
	case chat.Unauthenticated, chat.Inactive, chat.NotFound, chat.Forbidden:
		return c, errNoCaller
	default:
		return c, err
	}
	if c.Workspace != w || !slices.Contains(c.Scopes, "files:read") {
		return c, errNoCaller
	}
	return c, nil
}

func (s *Service) identify(r *http.Request, w chat.WorkspaceID) (chat.Caller, error) {
	cookie := ""
	if c, err := r.Cookie(sessionCookie); err == nil {
		cookie = c.Value
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && token != "" {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		return s.auth.AuthenticateFrom(r.Context(), chat.Presented{Token: strings.TrimSpace(token), Cookie: cookie, Address: host})
	}
	if cookie == "" {
		return chat.Caller{}, errNoCaller
	}
	return s.auth.AuthenticateCookie(r.Context(), w, cookie)
}

// absent is the one answer to everybody who gets nothing.
func (s *Service) absent(w http.ResponseWriter, kind string, err error) {
	h := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Type", "Etag", "Cache-Control"} {
		h.Del(name)
	}
	isolation(h)
	h.Set("Cache-Control", "no-store")
	if chat.CodeOf(err) == chat.NotFound || errors.Is(err, errNoBlob) {
		s.metrics.served.WithLabelValues(kind, "absent").Inc()
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	if chat.CodeOf(err) == chat.Limited {
		s.metrics.served.WithLabelValues(kind, "limited").Inc()
		h.Set("Retry-After", "1")
		http.Error(w, "too many requests", http.StatusTooManyRequests)
		return
	}
	s.metrics.served.WithLabelValues(kind, "failed").Inc()
	status := http.StatusInternalServerError
	if chat.CodeOf(err) == chat.Unavailable || errors.Is(err, context.DeadlineExceeded) {
		status = http.StatusServiceUnavailable
		h.Set("Retry-After", "1")
	}
	s.log.Error("file cannot be served", slog.String("kind", kind), slog.Any("err", err))
	http.Error(w, "not now", status)
}

func (s *Service) serveOrRedirect(w http.ResponseWriter, r *http.Request, kind string, k Key, tag string) {
	if s.redirects(r) {
		s.redirect(w, r, kind, k)
		return
	}
	s.serveBlob(w, r, kind, k, tag)
}

// serveBlob serves a whole blob or ranges of it, at the client's pace.
func (s *Service) serveBlob(w http.ResponseWriter, r *http.Request, kind string, k Key, tag string) {
	b, err := s.blobs.Open(r.Context(), k)
	if err != nil {
		s.absent(w, kind, err)
		return
	}
	defer b.Close()
	h := w.Header()
	isolation(h)
	h.Set("Etag", `"`+tag+`"`)
	if h.Get("Cache-Control") == "" {
		// Asked again each time, as the right to see it may be gone.
		h.Set("Cache-Control", "private, no-cache")
	}
	s.metrics.served.WithLabelValues(kind, "ok").Inc()
	http.ServeContent(pace.Answer(w, b.Size()), r, "", time.Time{}, b)
}

// disposition names a file to browsers: in ASCII for old ones, and as it is,
// encoded. What is no printable character never reaches the header.
func disposition(how, name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/%`, r) {
			return '_'
		}
		return r
	}, name)
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	return fmt.Sprintf(`%s; filename="%s"; filename*=UTF-8''%s`, how, ascii, encoded(clean))
}

// encoded is a text as RFC 5987 has it in a header's parameter.
func encoded(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c < 0x80 && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || strings.IndexByte("!#$&+-.^_`|~", c) >= 0) {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// servePicture serves /pictures/T…-WORD-72.png to whoever has the URL: the word
// is the secret. A picture never changes, so it may be kept for ever.
func (s *Service) servePicture(w http.ResponseWriter, r *http.Request) {
	k, kind, ok := pictureKey(r.PathValue("name"))
	if !ok {
		s.absent(w, "picture", errNoBlob)
		return
	}
	h := w.Header()
	h.Set("Content-Type", imageTypes[kind])
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	s.serveBlob(w, r, "picture", k, k.Item+"-"+k.Form)
}

func pictureKey(name string) (k Key, kind string, ok bool) {
	rest, kind, _ := strings.Cut(name, ".")
	parts := strings.Split(rest, "-")
	if len(parts) != 3 || imageTypes[kind] == "" {
		return k, "", false
	}
	k = Key{Workspace: chat.WorkspaceID(parts[0]), Item: parts[1], Form: parts[2] + "_" + kind}
	return k, kind, k.ok() && len(k.Item) == pictureWord
}
