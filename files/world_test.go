package files

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// world is the role over a real store and disk, behind a real server whose
// deadlines are those of the product.
type world struct {
	data  string
	mysql string // the DSN; "": on SQLite
	store *store.Store
	auth  *auth.Service
	files *Service
	url   string
	acme  tenant
	other tenant
}

// tenant is a workspace with a channel of ada's and bob's.
type tenant struct {
	id            chat.WorkspaceID
	bound         *store.Workspace
	ada, bob, eve person
	guest         person
	private       chat.ChannelID
}

type person struct {
	id    chat.UserID
	token string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{data: t.TempDir(), mysql: testenv.MySQL(t)}
	w.open(t)
	w.acme, w.other = w.tenant(t, "acme"), w.tenant(t, "other")
	return w
}

// open starts everything over the folder, as a process does.
func (w *world) open(t *testing.T) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Data: w.data, MySQL: w.mysql, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	w.store = s
	w.auth, err = auth.New(t.Context(), s, prometheus.NewRegistry())
	must(t, err)
	w.serve(t, nil)
}

// serve starts the role, with other blobs where some are given.
func (w *world) serve(t *testing.T, blobs Blobs) {
	t.Helper()
	if blobs == nil {
		blobs = openBlobs(t, w.data)
	}
	f, err := New(t.Context(), Config{Store: w.store, Blobs: blobs, Data: w.data, Auth: w.auth, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	must(t, err)
	t.Cleanup(f.Close)
	mux := http.NewServeMux()
	f.Handle(mux)
	server := httptest.NewUnstartedServer(mux)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 30*time.Second, 30*time.Second
	server.Start()
	t.Cleanup(server.Close)
	w.files, w.url = f, server.URL
}

// close ends it as a process that dies does, as far as one can be told to.
func (w *world) close() {
	w.files.Close()
	w.store.Close()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) tenant(t *testing.T, domain string) tenant {
	t.Helper()
	info, _, err := w.store.CreateWorkspace(t.Context(), store.NewWorkspace{Domain: domain, Name: domain, Owner: store.NewUser{Name: "owner"}})
	must(t, err)
	n := tenant{id: info.ID, bound: w.store.Workspace(info.ID)}
	n.ada, n.bob, n.eve = n.person(t, "ada", chat.Member), n.person(t, "bob", chat.Member), n.person(t, "eve", chat.Member)
	n.guest = n.person(t, "guest", chat.Guest)
	c, err := n.bound.CreateChannel(t.Context(), store.NewChannel{Name: "plans", Private: true, Creator: n.ada.id, Members: []chat.UserID{n.bob.id}})
	must(t, err)
	n.private = c.ID
	return n
}

func (n *tenant) person(t *testing.T, name string, role chat.Role) person {
	t.Helper()
	u, err := n.bound.CreateUser(t.Context(), store.NewUser{Name: name, Role: role})
	must(t, err)
	text, err := auth.NewToken(chat.UserToken, n.id, u.ID)
	must(t, err)
	_, err = n.bound.CreateToken(t.Context(), store.NewToken{Type: chat.UserToken, User: u.ID, Hash: auth.HashToken(text), Scopes: []string{auth.EveryScope}})
	must(t, err)
	return person{u.ID, text}
}

// begin makes a file that waits for its bytes.
func (n *tenant) begin(t *testing.T, p person, name string, size int) chat.File {
	t.Helper()
	f, err := n.bound.StartUpload(t.Context(), store.NewFile{Owner: p.id, Name: name, Title: name, Size: int64(size)}, store.FileBounds{Pending: 100})
	must(t, err)
	return f
}

// upload uploads and completes a file.
func (w *world) upload(t *testing.T, n *tenant, p person, name string, body []byte) chat.File {
	t.Helper()
	f := n.begin(t, p, name, len(body))
	if status, text := w.send(t, w.files.UploadPath(n.id, f.ID, f.Size), "application/octet-stream", body); status != http.StatusOK {
		t.Fatalf("upload of %s: %d %s", name, status, text)
	}
	_, err := n.bound.CompleteFiles(t.Context(), p.id, []store.Completion{{ID: f.ID}})
	must(t, err)
	return n.file(t, f.ID)
}

func (n *tenant) file(t *testing.T, id chat.FileID) chat.File {
	t.Helper()
	f, err := n.bound.File(t.Context(), id)
	must(t, err)
	return f
}

// share posts a file.
func (n *tenant) share(t *testing.T, p person, ch chat.ChannelID, f chat.FileID) chat.TS {
	t.Helper()
	posted, err := n.bound.PostMessage(t.Context(), store.Post{Channel: ch, Author: p.id, Files: []chat.FileID{f}})
	must(t, err)
	return posted.Message.TS
}

func (w *world) send(t *testing.T, path, kind string, body []byte) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+path, bytes.NewReader(body))
	must(t, err)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return do(t, r)
}

func do(t *testing.T, r *http.Request) (status int, text string) {
	t.Helper()
	got, err := http.DefaultClient.Do(r)
	must(t, err)
	defer got.Body.Close()
	all, err := io.ReadAll(got.Body)
	must(t, err)
	return got.StatusCode, string(all)
}

// get asks as a person, with further headers: name, value, …
func (w *world) get(t *testing.T, p person, path string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	return w.ask(t, http.MethodGet, p, path, headers...)
}

func (w *world) ask(t *testing.T, method string, p person, path string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, nil)
	must(t, err)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	must(t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	must(t, err)
	return got, body
}

// openBlobs opens those of a data folder: on the disk, and in the tests with an S3
// in a bucket.
var openBlobs = func(t *testing.T, data string) Blobs {
	t.Helper()
	d, err := OpenDisk(data)
	must(t, err)
	return d
}

// blobsOf lists what is kept of an item.
func (w *world) blobsOf(t *testing.T, item string) (forms []string) {
	t.Helper()
	for k, err := range openBlobs(t, w.data).List(context.Background()) {
		must(t, err)
		if k.Item == item {
			forms = append(forms, k.Form)
		}
	}
	return forms
}
