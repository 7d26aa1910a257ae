package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// form is a multipart body as SDKs make it.
func form(t *testing.T, field, name string, body []byte) (kind string, whole []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	must(t, m.WriteField("filename", name))
	part, err := m.CreateFormFile(field, name)
	must(t, err)
	part.Write(body)
	must(t, m.Close())
	return m.FormDataContentType(), b.Bytes()
}

// Each client sends its body in its own way; all of them arrive byte for byte.
func TestUploadBodies(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{0, 1, 2 << 20} {
		body := random(size)
		fileKind, file := form(t, "file", "x.bin", body)
		bodyKind, whole := form(t, "body", "Untitled", body)
		for name, sent := range map[string]struct {
			kind string
			body []byte
		}{
			"form that is none": {"application/x-www-form-urlencoded", body},
			"bytes":             {"application/octet-stream", body},
			"no type":           {"", body},
			"no type at all":    {"nonsense;;", body},
			"field file":        {fileKind, file},
			"field body":        {bodyKind, whole},
		} {
			f := w.acme.begin(t, w.acme.ada, "x.bin", size)
			status, text := w.send(t, w.files.UploadPath(w.acme.id, f.ID, f.Size), sent.kind, sent.body)
			if status != http.StatusOK || text != fmt.Sprintf("OK - %d\n", size) {
				t.Errorf("%d bytes as %s: %d %q", size, name, status, text)
				continue
			}
			_, err := w.acme.bound.CompleteFiles(t.Context(), w.acme.ada.id, []store.Completion{{ID: f.ID}})
			must(t, err)
			if _, got := w.get(t, w.acme.ada, f.Object("").URLPrivate); !bytes.Equal(got, body) {
				t.Errorf("%d bytes as %s came back as %d others", size, name, len(got))
			}
		}
	}
}

func TestUploadRefusals(t *testing.T) {
	w := newWorld(t)
	f := w.acme.begin(t, w.acme.ada, "x", 10)
	good := w.files.UploadPath(w.acme.id, f.ID, 10)
	text := func(k ticket) string {
		return chat.UploadFolder + k.text() + "." + w.files.sign(k.text())
	}
	later := chat.Now().Add(time.Hour)
	kind, long := form(t, "file", "x", random(11))
	noKind, noFile := form(t, "", "", nil)
	for name, tt := range map[string]struct {
		path, kind string
		body       []byte
		want       int
	}{
		"too short":             {good, "", random(9), 400},
		"too long":              {good, "", random(11), 400},
		"too long in a form":    {good, kind, long, 400},
		"no file in the form":   {good, noKind, bytes.ReplaceAll(noFile, []byte("filename="), []byte("other=")), 400},
		"forged":                {good[:len(good)-2] + "xx", "", random(10), 404},
		"another length":        {strings.Replace(good, ".10.", ".11.", 1), "", random(11), 404},
		"another file":          {strings.Replace(good, string(f.ID), string(chat.NewID("F")), 1), "", random(10), 404},
		"another workspace":     {strings.Replace(good, string(w.acme.id), string(w.other.id), 1), "", random(10), 404},
		"unsigned":              {chat.UploadFolder + "x", "", random(10), 404},
		"expired":               {text(ticket{w.acme.id, f.ID, 10, chat.Now().Add(-time.Second)}), "", random(10), 410},
		"no such file":          {text(ticket{w.acme.id, chat.FileID(chat.NewID("F")), 10, later}), "", random(10), 404},
		"a file of the other":   {text(ticket{w.other.id, f.ID, 10, later}), "", random(10), 404},
		"not the file's length": {text(ticket{w.acme.id, f.ID, 11, later}), "", random(11), 404},
	} {
		if status, text := w.send(t, tt.path, tt.kind, tt.body); status != tt.want {
			t.Errorf("%s: %d %q, want %d", name, status, text, tt.want)
		}
	}
	if got := w.acme.file(t, f.ID); got.State != chat.FilePending || len(w.blobsOf(t, string(f.ID))) != 0 {
		t.Errorf("after refusals the file is %+v", got)
	}
	if r, _ := w.get(t, w.acme.ada, good); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET of an upload: %d", r.StatusCode)
	}
	left, err := os.ReadDir(filepath.Join(Folder(w.data), tmpFolder))
	must(t, err)
	if len(left) != 0 {
		t.Errorf("refused uploads left %v", left)
	}
}

// A client that did not get the answer sends the file again.
func TestUploadAgain(t *testing.T) {
	w := newWorld(t)
	body := random(1000)
	f := w.acme.begin(t, w.acme.ada, "x", len(body))
	path := w.files.UploadPath(w.acme.id, f.ID, f.Size)
	for range 2 {
		if status, text := w.send(t, path, "", body); status != http.StatusOK {
			t.Fatalf("%d %s", status, text)
		}
	}
	if status, _ := w.send(t, path, "", random(1000)); status != http.StatusConflict {
		t.Errorf("other bytes for a file that was uploaded: %d", status)
	}
	// Two at once: one blob, of one of them.
	f = w.acme.begin(t, w.acme.ada, "y", len(body))
	path = w.files.UploadPath(w.acme.id, f.ID, f.Size)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { w.send(t, path, "", body) })
	}
	both.Wait()
	if got := w.acme.file(t, f.ID); got.State != chat.FileUploaded || len(w.blobsOf(t, string(f.ID))) != 1 {
		t.Errorf("after two uploads at once: %+v", got)
	}
}

// Who is deactivated sends nothing more, by an URL that they have still.
func TestUploadOfNobody(t *testing.T) {
	w := newWorld(t)
	a, body := &w.acme, random(1000)
	f, others := a.begin(t, a.ada, "x", 1000), a.begin(t, a.bob, "x", 1000)
	_, err := a.bound.UpdateUser(t.Context(), a.ada.id, func(u *chat.User) error { u.Deleted = true; return nil })
	must(t, err)
	if status, text := w.send(t, w.files.UploadPath(a.id, f.ID, f.Size), "", body); status != http.StatusNotFound || text != "no such upload\n" {
		t.Errorf("%d %q", status, text)
	}
	if got := a.file(t, f.ID); got.State != chat.FilePending || len(w.blobsOf(t, string(f.ID))) != 0 {
		t.Errorf("it came in: %+v", got)
	}
	if status, text := w.send(t, w.files.UploadPath(a.id, others.ID, others.Size), "", body); status != http.StatusOK {
		t.Errorf("another one's: %d %s", status, text)
	}
}

// An upload that breaks off leaves nothing, and can be repeated.
func TestUploadBreaksOff(t *testing.T) {
	w := newWorld(t)
	f := w.acme.begin(t, w.acme.ada, "x", 1<<20)
	path := w.files.UploadPath(w.acme.id, f.ID, f.Size)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(t, err)
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", path, f.Size)
	conn.Write(random(300_000))
	must(t, conn.(*net.TCPConn).CloseWrite())
	io.Copy(io.Discard, conn)
	conn.Close()
	if got := w.acme.file(t, f.ID); got.State != chat.FilePending {
		t.Fatalf("the file is %+v", got)
	}
	if status, _ := w.send(t, path, "", random(1<<20)); status != http.StatusOK {
		t.Errorf("the same upload again: %d", status)
	}
}

// full is a disk without room.
type full struct {
	Blobs
	after int
}

func (f *full) Create(ctx context.Context, k Key) (BlobWriter, error) {
	b, err := f.Blobs.Create(ctx, k)
	return &fullWriter{b, f.after}, err
}

type fullWriter struct {
	BlobWriter
	room int
}

func (w *fullWriter) Write(p []byte) (int, error) {
	if w.room -= len(p); w.room < 0 {
		return 0, &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return w.BlobWriter.Write(p)
}

func TestFullDisk(t *testing.T) {
	w := newWorld(t)
	d, err := OpenDisk(w.data)
	must(t, err)
	w.serve(t, &full{d, 1000})
	f := w.acme.begin(t, w.acme.ada, "x", 100_000)
	path := w.files.UploadPath(w.acme.id, f.ID, f.Size)
	if status, _ := w.send(t, path, "", random(100_000)); status != http.StatusServiceUnavailable {
		t.Errorf("on a full disk: %d", status)
	}
	w.serve(t, d)
	if status, _ := w.send(t, path, "", random(100_000)); status != http.StatusOK {
		t.Errorf("when there is room again: %d", status)
	}
}

// A file that takes longer than the server's deadlines arrives: here they have passed
// before its first byte is read.
func TestSlowUpload(t *testing.T) {
	w := newWorld(t)
	mux := http.NewServeMux()
	w.files.Handle(mux)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c, passed := http.NewResponseController(rw), time.Now().Add(-time.Second)
		if err := errors.Join(c.SetReadDeadline(passed), c.SetWriteDeadline(passed)); err != nil {
			t.Error(err)
		}
		mux.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	const size = 100_000 // more than comes with the header
	f := w.acme.begin(t, w.acme.ada, "x", size)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+w.files.UploadPath(w.acme.id, f.ID, size), bytes.NewReader(random(size)))
	must(t, err)
	if status, text := do(t, r); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
}

// counted counts the blobs that are begun.
type counted struct {
	Blobs
	begun int
}

func (c *counted) Create(ctx context.Context, k Key) (BlobWriter, error) {
	c.begun++
	return c.Blobs.Create(ctx, k)
}

// Bytes that are there already are compared, not written again.
func TestSentAgainIsNotWritten(t *testing.T) {
	w := newWorld(t)
	f := w.acme.begin(t, w.acme.ada, "x", 1000)
	path, body := w.files.UploadPath(w.acme.id, f.ID, 1000), random(1000)
	if status, text := w.send(t, path, "", body); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	c := &counted{Blobs: w.files.blobs}
	w.files.Close() // its sweeper reads it
	w.files.blobs = c
	for _, again := range []struct {
		body   []byte
		status int
	}{{body, http.StatusOK}, {random(1000), http.StatusConflict}, {body, http.StatusOK}} {
		if status, text := w.send(t, path, "", again.body); status != again.status {
			t.Errorf("%d %s, want %d", status, text, again.status)
		}
	}
	if c.begun > 0 {
		t.Errorf("%d were written again", c.begun)
	}
}
