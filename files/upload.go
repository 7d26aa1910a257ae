package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"syscall"
	"time"

	"taut/chat"
	"taut/internal/pace"
)

// maxEnvelope is what a multipart body may have beside the file.
const maxEnvelope = 64 << 10

// serveUpload takes a file's bytes. The path is the capability: no token is
// asked for. Whatever a body calls itself, it is the file, except multipart,
// whose first file is.
func (s *Service) serveUpload(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		w.Header().Set("Allow", "POST, PUT")
		s.refuse(w, http.StatusMethodNotAllowed, "send the file by POST")
		return
	}
	t, ok := s.readTicket(r.PathValue("ticket"))
	if !ok {
		s.refuse(w, http.StatusNotFound, "no such upload")
		return
	}
	if chat.Now().After(t.end) {
		s.refuse(w, http.StatusGone, "this URL has expired; ask for another one")
		return
	}
	if !s.limits.Allow(t.workspace, "", time.Now()) {
		s.comeAgain(w, http.StatusTooManyRequests, "ratelimited")
		return
	}
	if s.uploads.Enter(r.Context(), t.workspace) != nil {
		s.comeAgain(w, http.StatusServiceUnavailable, "too many uploads at once")
		return
	}
	defer s.uploads.Leave(t.workspace)
	s.upload(w, r, t)
}

func (s *Service) comeAgain(w http.ResponseWriter, status int, why string) {
	s.metrics.uploads.WithLabelValues("busy").Inc()
	w.Header().Set("Retry-After", "1")
	http.Error(w, why, status)
}

func (s *Service) refuse(w http.ResponseWriter, status int, why string) {
	s.metrics.uploads.WithLabelValues("refused").Inc()
	http.Error(w, why, status)
}

func (s *Service) upload(w http.ResponseWriter, r *http.Request, t ticket) {
	key := fileKey(t.workspace, t.file)
	if _, busy := s.receiving.LoadOrStore(key, struct{}{}); busy {
		s.failUpload(w, chat.NewError(chat.Unavailable, "file"))
		return
	}
	defer s.receiving.Delete(key)
	f, err := s.announced(r.Context(), t)
	if chat.CodeOf(err) == chat.NotFound {
		s.refuse(w, http.StatusNotFound, "no such upload")
		return
	}
	if err != nil {
		s.failUpload(w, err)
		return
	}
	if r.URL.Query().Has("direct") {
		s.serveArrived(w, r, f)
		return
	}
	f.Size = t.length
	body, err := uploaded(w, r, t.length)
	if err != nil {
		s.refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	f, err = s.receive(r.Context(), f, body, t.length, true)
	pace.Allow(w)
	if err != nil {
		s.failUpload(w, err)
		return
	}
	s.metrics.uploads.WithLabelValues("ok").Inc()
	fmt.Fprintf(w, "OK - %d\n", f.Size)
}

// announced is the file that a ticket is for: NotFound where it is gone, or its owner
// is nobody any more, whoever has the ticket now.
func (s *Service) announced(ctx context.Context, t ticket) (chat.File, error) {
	bound := s.store.Workspace(t.workspace)
	f, err := bound.File(ctx, t.file)
	if err != nil {
		return f, err
	}
	owner, err := bound.User(ctx, f.Owner)
	if err == nil && (owner.Deleted || f.State >= chat.FileDeleted || f.SHA256 == "" && f.Size != t.length) {
		err = chat.NewError(chat.NotFound, "file")
	}
	return f, err
}

// uploaded is the file in a request's body, which comes at the client's pace.
func uploaded(w http.ResponseWriter, r *http.Request, length int64) (io.Reader, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		if r.ContentLength >= 0 && r.ContentLength != length {
			return nil, fmt.Errorf("the body has %d bytes, announced were %d", r.ContentLength, length)
		}
		return pace.Body(w, r.Body, length), nil
	}
	if r.ContentLength > length+maxEnvelope {
		return nil, errors.New("the body is longer than was announced")
	}
	body := http.MaxBytesReader(w, r.Body, length+maxEnvelope)
	return firstFile(multipart.NewReader(pace.Body(w, body, length), params["boundary"]))
}

// maxParts bounds the fields before the file.
const maxParts = 16

func firstFile(parts *multipart.Reader) (io.Reader, error) {
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			break
		}
		if part.FileName() != "" || part.FormName() == "file" || part.FormName() == "body" {
			return part, nil
		}
	}
	return nil, errors.New("there is no file in the form")
}

// failUpload tells the client which of them is to blame.
func (s *Service) failUpload(w http.ResponseWriter, err error) {
	status, outcome, why := http.StatusInternalServerError, "failed", "the file could not be kept"
	switch chat.CodeOf(err) {
	case chat.Limited, chat.Invalid:
		status, outcome, why = http.StatusBadRequest, "cut", "the body is not as long as was announced"
	case chat.Exists:
		status, outcome, why = http.StatusConflict, "refused", "this file was uploaded already, with other bytes"
	case chat.NotFound:
		status, outcome, why = http.StatusNotFound, "refused", "no such upload"
	case chat.Unavailable:
		status, outcome, why = http.StatusServiceUnavailable, "failed", "not now; try again"
		w.Header().Set("Retry-After", "5")
	}
	if outcome == "failed" {
		s.log.Error("upload failed", slog.Any("err", err))
	}
	s.metrics.uploads.WithLabelValues(outcome).Inc()
	http.Error(w, why, status)
}

// Receive keeps the bytes of a pending file of unknown length.
func (s *Service) Receive(ctx context.Context, f chat.File, body io.Reader, most int64) (chat.File, error) {
	if s.uploads.Enter(ctx, f.Workspace) != nil {
		s.metrics.uploads.WithLabelValues("busy").Inc()
		return f, chat.NewError(chat.Unavailable, "uploads")
	}
	defer s.uploads.Leave(f.Workspace)
	f, err := s.receive(ctx, f, body, most, false)
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	s.metrics.uploads.WithLabelValues(outcome).Inc()
	return f, err
}

// receive writes the blob, looks into it, and says in the row that it is there.
// A client that didn't get the answer may send the same bytes again.
func (s *Service) receive(ctx context.Context, f chat.File, body io.Reader, length int64, exact bool) (chat.File, error) {
	if f.State != chat.FilePending {
		return f, sameBytes(f, body, length)
	}
	return s.while(ctx, f, func() (chat.File, error) { return s.keep(ctx, f, body, length, exact) })
}

// while says of a file that its bytes come as long as they do.
func (s *Service) while(ctx context.Context, f chat.File, bytesCome func() (chat.File, error)) (chat.File, error) {
	if err := s.store.Workspace(f.Workspace).BeginUpload(ctx, f.ID); err != nil {
		return f, err
	}
	kept, err := bytesCome()
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eraseTime)
		defer cancel()
		if err := s.store.Workspace(f.Workspace).BreakUpload(ctx, f.ID); err != nil {
			s.log.Warn("an upload that broke off counts for a day", slog.Any("err", err))
		}
	}
	return kept, err
}

// sameBytes looks whether they are those that are kept already; nothing of them
// is written.
func sameBytes(f chat.File, body io.Reader, length int64) error {
	t := newTaster(io.Discard)
	if n, err := io.Copy(t, io.LimitReader(body, length+1)); err != nil || n < length {
		return chat.NewError(chat.Invalid, "body")
	}
	if t.sum() != f.SHA256 {
		return chat.NewError(chat.Exists, "file")
	}
	return nil
}

func (s *Service) keep(ctx context.Context, f chat.File, body io.Reader, length int64, exact bool) (chat.File, error) {
	f.Media.Attempt = s.attempt()
	out, err := s.blobs.Create(ctx, bytesKey(f))
	if err != nil {
		return f, diskError(err)
	}
	defer out.Discard()
	t := newTaster(out)
	n, err := io.Copy(t, io.LimitReader(body, length+1))
	switch {
	case t.failed != nil:
		return f, diskError(t.failed)
	case n > length:
		return f, chat.NewError(chat.Limited, "size")
	case err != nil, exact && n < length:
		return f, chat.NewError(chat.Invalid, "body")
	}
	if err := out.Commit(); err != nil {
		return f, diskError(err)
	}
	s.metrics.received.Add(float64(n))
	return s.finish(ctx, f, t)
}

// finish says of bytes that are where they belong what they are. The client's going
// away changes nothing any more.
func (s *Service) finish(ctx context.Context, f chat.File, t *taster) (chat.File, error) {
	ctx = context.WithoutCancel(ctx)
	f.Size, f.SHA256 = t.size, t.sum()
	t.describe(&f)
	s.makeThumbs(ctx, &f)
	err := s.store.Workspace(f.Workspace).FinishUpload(ctx, f)
	switch chat.CodeOf(err) {
	case chat.NotFound: // given up meanwhile
		s.remove(ctx, f.Workspace, string(f.ID))
	case "", chat.Exists:
		s.removeLoser(ctx, f)
	}
	return f, err
}

// removeLoser removes what this upload left, where another one was finished before:
// nobody has it, and nobody counts it.
func (s *Service) removeLoser(ctx context.Context, f chat.File) {
	if s.bucket == nil {
		return
	}
	kept, err := s.store.Workspace(f.Workspace).File(ctx, f.ID)
	if err == nil && kept.State != chat.FilePending && kept.Media.Attempt != f.Media.Attempt {
		err = s.bucket.removeAttempt(ctx, f)
	}
	if err != nil {
		s.log.Warn("bytes stay until their file is deleted, of an upload that came too late", slog.Any("err", err))
	}
}

// attempt is a name for what one upload of a file leaves. In a bucket several may
// write at a time, by several nodes and by signed URLs: only what the row names in the
// end is the file's, and the rest goes with it.
func (s *Service) attempt() string {
	if s.bucket == nil {
		return ""
	}
	return chat.NewSecret(16)
}

// diskError makes Unavailable of a disk that is full or fails: nothing was
// lost, and the same may be sent again.
func diskError(err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EROFS} {
		if errors.Is(err, full) {
			return fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "disk"), err)
		}
	}
	return fmt.Errorf("keep the file: %w", err)
}
