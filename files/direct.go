package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"taut/chat"
	"taut/internal/bucket"
	"taut/internal/pace"
)

// A client that asks for it sends a file's bytes to the bucket itself, by a signed
// URL that is good for exactly so many of them, and then says so: by an empty POST
// to the upload's own URL with "direct" in its query, or by completing the file.
// Only then are they looked at, copied to where the file's bytes are, and said to be
// there. All of it may be done again from wherever it was cut off.

// DirectUpload is where a client may send a file's bytes past this server; nil
// where there is no such place.
func (s *Service) DirectUpload(ctx context.Context, w chat.WorkspaceID, f chat.FileID, length int64) (*chat.DirectUpload, error) {
	if s.bucket == nil || length > maxDirect {
		return nil, nil
	}
	return s.bucket.signUpload(ctx, fileKey(w, f), length)
}

// TakeIn takes in what came of a file that way. Of one that has its bytes, or of
// which none came, nothing changes.
func (s *Service) TakeIn(ctx context.Context, f chat.File) error {
	if s.bucket == nil {
		return nil
	}
	_, err := s.takeIn(ctx, f)
	if errors.Is(err, errNoBlob) {
		return nil
	}
	return err
}

// serveArrived answers who says that the bytes are at the bucket.
func (s *Service) serveArrived(w http.ResponseWriter, r *http.Request, f chat.File) {
	if s.bucket == nil {
		s.refuse(w, http.StatusNotFound, "no such upload")
		return
	}
	f, err := s.takeIn(r.Context(), f)
	pace.Allow(w)
	if errors.Is(err, errNoBlob) {
		s.refuse(w, http.StatusConflict, "no bytes have come to the bucket")
		return
	}
	if err != nil {
		s.failUpload(w, err)
		return
	}
	s.metrics.uploads.WithLabelValues("ok").Inc()
	fmt.Fprintf(w, "OK - %d\n", f.Size)
}

// takeIn is errNoBlob where nothing came, NotFound where the file was given up.
func (s *Service) takeIn(ctx context.Context, f chat.File) (chat.File, error) {
	if f.State != chat.FilePending {
		return f, nil
	}
	arrived, err := s.bucket.arrived(ctx, fileKey(f.Workspace, f.ID))
	if errors.Is(err, errNoBlob) {
		return s.byNow(ctx, f, err) // another node may have taken it in since the row was read
	}
	if err != nil {
		return f, err
	}
	defer arrived.Close()
	if arrived.Size() != f.Size {
		return f, chat.NewError(chat.Invalid, "body")
	}
	// Each that goes on at a time is a copy in the bucket.
	key := fileKey(f.Workspace, f.ID)
	key.Form = "arrived"
	if _, busy := s.receiving.LoadOrStore(key, struct{}{}); busy {
		return f, chat.NewError(chat.Unavailable, "file")
	}
	defer s.receiving.Delete(key)
	return s.while(ctx, f, func() (chat.File, error) { return s.keepArrived(ctx, f, arrived) })
}

func (s *Service) keepArrived(ctx context.Context, f chat.File, arrived *objectBlob) (chat.File, error) {
	t, err := taste(arrived)
	if err == nil {
		f.Media.Attempt = s.attempt()
		if err = s.bucket.takeIn(ctx, bytesKey(f), arrived); err != nil {
			s.removeFailed(ctx, f)
		}
	}
	if err != nil {
		return s.takenElsewhere(ctx, f, err)
	}
	s.metrics.received.Add(float64(f.Size))
	if f, err = s.finish(ctx, f, t); err != nil {
		return f, err
	}
	if err := s.bucket.forgetArrived(ctx, fileKey(f.Workspace, f.ID)); err != nil {
		s.log.Debug("what was taken in is swept later", slog.Any("err", err))
	}
	return f, nil
}

// removeFailed removes what there may be all the same of a copy that failed: one whose
// answer was lost is asked for again, and then there is nothing more to copy.
func (s *Service) removeFailed(ctx context.Context, f chat.File) {
	if err := s.bucket.removeAttempt(context.WithoutCancel(ctx), f); err != nil {
		s.log.Warn("bytes may stay until their file is deleted, of a copy that failed", slog.Any("err", err))
	}
}

// takenElsewhere is the file where what came is no more there because another node has
// taken it in. Where it is not, who sent it took it away or sent another: Invalid "body".
func (s *Service) takenElsewhere(ctx context.Context, f chat.File, err error) (chat.File, error) {
	if !errors.Is(err, bucket.ErrChanged) && !errors.Is(err, bucket.ErrAbsent) {
		return f, err
	}
	return s.byNow(ctx, f, fmt.Errorf("%w (%w)", chat.NewError(chat.Invalid, "body"), err))
}

// byNow is the file where its bytes are there by now: pending, where they are still
// awaited, and NotFound, where it was given up.
func (s *Service) byNow(ctx context.Context, f chat.File, pending error) (chat.File, error) {
	kept, err := s.store.Workspace(f.Workspace).File(ctx, f.ID)
	if err != nil {
		return f, err
	}
	switch kept.State {
	case chat.FileUploaded, chat.FileReady:
		return kept, nil
	case chat.FilePending:
		return f, pending
	}
	return f, chat.NewError(chat.NotFound, "file")
}

// maxTasted is how much is read of what came to the bucket: of a larger file the
// bucket's tag stands for its digest, and a text's lines are counted that far.
const maxTasted = 1 << 20

func taste(b *objectBlob) (*taster, error) {
	t := newTaster(io.Discard)
	if _, err := io.Copy(t, io.LimitReader(b, maxTasted)); err != nil {
		return nil, err
	}
	if t.size < b.Size() {
		t.size, t.known = b.Size(), "tag-"+b.object.Tag
	}
	return t, nil
}

// redirects tells whether who asks is sent to the bucket: a browser is, and asks it for
// what it shows or keeps. Programs get the bytes from here: not all of them keep their
// token to themselves when they are sent elsewhere, and a bucket refuses who shows
// one. So do a page's scripts, whom the bucket would have to be told of.
func (s *Service) redirects(r *http.Request) bool {
	return s.bucket != nil && r.Method == http.MethodGet && r.Header.Get("Authorization") == "" && r.Header.Get("Sec-Fetch-Mode") != "cors"
}

// fetchLife is how long a browser may begin to fetch.
const fetchLife = time.Minute

func (s *Service) redirect(w http.ResponseWriter, r *http.Request, kind string, k Key) {
	h := w.Header()
	as := bucket.Served{Type: h.Get("Content-Type"), Disposition: h.Get("Content-Disposition")}
	at, err := s.bucket.SignGet(r.Context(), objectName(k), fetchLife, as)
	if err != nil {
		s.absent(w, kind, err)
		return
	}
	isolation(h)
	for _, ofBytes := range []string{"Content-Type", "Content-Disposition"} {
		h.Del(ofBytes)
	}
	h.Set("Cache-Control", "no-store")
	s.metrics.served.WithLabelValues(kind, "ok").Inc()
	http.Redirect(w, r, at, http.StatusTemporaryRedirect)
}
