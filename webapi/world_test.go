package webapi

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/edgecache"
	"taut/files"
	"taut/internal/testenv"
	"taut/search"
	"taut/store"
)

// world is a server over a real store, with two workspaces: what one of them
// has, the other one must not see.
type world struct {
	counted *prometheus.Registry // of auth
	store   *store.Store
	auth    *auth.Service
	server  *Server
	files   *files.Service
	router  *recorder
	acme    tenant
	other   tenant
	seen    *strings.Builder // where set, gathers all answers
}

// tenant is a workspace with an owner, an admin's peer each of the kinds that
// rights differ by, and channels of each kind.
type tenant struct {
	workspace chat.Workspace
	bound     *store.Workspace
	owner     person
	ada, bob  person // members, both in public, private and the DM
	eve       person // a member of none of them
	guest     person // in no channel
	robot     person // a bot, in public
	public    chat.ChannelID
	private   chat.ChannelID // ada and bob
	secret    chat.ChannelID // bob alone
	archived  chat.ChannelID
	dm        chat.ChannelID
}

// person is a user with a token.
type person struct {
	id    chat.UserID
	bot   chat.BotID
	name  string
	token string
}

// recorder is a router that keeps what is whispered.
type recorder struct {
	mu       sync.Mutex
	whispers []chat.Ephemeral
}

func (r *recorder) Publish(context.Context, []chat.Event) {}

func (r *recorder) Whisper(_ context.Context, e chat.Ephemeral) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.whispers = append(r.whispers, e)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	var followed atomic.Pointer[search.Server]
	var cached atomic.Pointer[auth.Service]
	var edge atomic.Pointer[edgecache.Server]
	begun, mysql := begin(t), testenv.MySQL(t)
	s, err := store.Open(t.Context(), store.Options{Data: begun.folder(t), MySQL: mysql, PublicURL: "https://taut.example", Log: slog.New(slog.DiscardHandler), Committed: func(events []chat.Event) {
		if a := cached.Load(); a != nil {
			a.Follow(events)
		}
		if e := edge.Load(); e != nil {
			e.Committed(events)
		}
		if f := followed.Load(); f != nil {
			f.Committed(events)
		}
	}})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	counted := prometheus.NewRegistry()
	tokens, err := auth.New(t.Context(), s, counted)
	must(t, err)
	cached.Store(tokens)
	find, err := search.New(t.Context(), search.Config{Store: s, Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, find.Close()) })
	followed.Store(find)
	cache := edgecache.New(s, edgecache.Options{})
	t.Cleanup(cache.Close)
	edge.Store(cache)
	known := edgecache.WithStore(cache, s, nil)
	data := t.TempDir()
	blobs, err := files.OpenDisk(data)
	must(t, err)
	kept, err := files.New(t.Context(), files.Config{Store: s, Blobs: blobs, Data: data, Auth: tokens, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(kept.Close)
	w := &world{store: s, auth: tokens, router: &recorder{}, files: kept, counted: counted}
	w.server = New(Config{
		Store: s, Auth: tokens, Router: w.router, PublicURL: "https://taut.example/", Log: slog.New(slog.DiscardHandler), Search: find,
		Files: kept, Directory: known, Memberships: known,
	})
	w.acme, w.other = begun.acme, begun.other
	if mysql != "" { // where nothing is yet
		w.acme, w.other = newTenant(t, s, "acme"), newTenant(t, s, "other")
	}
	w.acme.bound, w.other.bound = s.Workspace(w.acme.workspace.ID), s.Workspace(w.other.workspace.ID)
	return w
}

// beginning is the data of a world in which nothing happened yet.
type beginning struct {
	acme, other tenant
	files       map[string][]byte
}

var begunOnce struct {
	sync.Once
	*beginning
}

// begin makes the beginning once, for all tests: it takes a hundred commits, each
// of which waits for the disk. Those in a bubble of synctest, whose clock stands in
// an earlier time, have one of their own.
func begin(t testing.TB) *beginning {
	if time.Now().Year() < 2020 {
		return newBeginning(t)
	}
	begunOnce.Do(func() { begunOnce.beginning = newBeginning(t) })
	if begunOnce.beginning == nil {
		t.Fatal("the test that came first could not begin")
	}
	return begunOnce.beginning
}

func newBeginning(t testing.TB) *beginning {
	folder := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Data: folder, PublicURL: "https://taut.example", Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	b := &beginning{files: map[string][]byte{}}
	b.acme, b.other = newTenant(t, s, "acme"), newTenant(t, s, "other")
	must(t, s.Close())
	entries, err := os.ReadDir(folder)
	must(t, err)
	for _, e := range entries {
		b.files[e.Name()], err = os.ReadFile(filepath.Join(folder, e.Name()))
		must(t, err)
	}
	return b
}

// folder is a data folder with the beginning in it.
func (b *beginning) folder(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	for name, data := range b.files {
		must(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	return folder
}

func newTenant(t testing.TB, s *store.Store, domain string) tenant {
	ctx := t.Context()
	info, owner, err := s.CreateWorkspace(ctx, store.NewWorkspace{
		Domain: domain, Name: "The " + domain, Owner: store.NewUser{Name: "owner", Email: "owner@example.com"},
	})
	must(t, err)
	n := tenant{workspace: info, bound: s.Workspace(info.ID)}
	n.owner = n.person(t, owner)
	n.ada, n.bob, n.eve = n.user(t, "ada", chat.Member), n.user(t, "bob", chat.Member), n.user(t, "eve", chat.Member)
	n.guest = n.user(t, "guest", chat.Guest)
	bot, botUser, err := n.bound.CreateBot(ctx, store.NewBot{Name: "robot"})
	must(t, err)
	n.robot = n.bot(t, bot, botUser)
	both := []chat.UserID{n.ada.id, n.bob.id}
	n.public = n.channel(t, "project", false, append(both, n.robot.id)...)
	n.private = n.channel(t, "plans", true, both...)
	n.secret = n.channel(t, "secret", true, n.bob.id)
	n.archived = n.channel(t, "old", false, both...)
	must(t, n.bound.Archive(ctx, n.archived, n.ada.id))
	dm, _, err := n.bound.OpenDM(ctx, both)
	must(t, err)
	n.dm = dm.ID
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (n *tenant) user(t testing.TB, name string, role chat.Role) person {
	u, err := n.bound.CreateUser(t.Context(), store.NewUser{Name: name, RealName: name, Email: name + "@example.com", Role: role})
	must(t, err)
	return n.person(t, u)
}

func (n *tenant) person(t testing.TB, u chat.User) person {
	return person{id: u.ID, name: u.Name, token: n.token(t, store.NewToken{Type: chat.UserToken, User: u.ID, Scopes: []string{auth.EveryScope}})}
}

func (n *tenant) bot(t testing.TB, b chat.Bot, u chat.User) person {
	token := n.token(t, store.NewToken{Type: chat.BotToken, User: u.ID, Bot: b.ID, App: b.App, Scopes: []string{auth.EveryScope}})
	return person{id: u.ID, bot: b.ID, name: u.Name, token: token}
}

func (n *tenant) token(t testing.TB, k store.NewToken) string {
	text, err := auth.NewToken(k.Type, n.workspace.ID, k.User)
	if k.Type == chat.AppToken {
		text, err = auth.NewAppToken(n.workspace.ID, k.App)
	}
	must(t, err)
	k.Hash = auth.HashToken(text)
	_, err = n.bound.CreateToken(t.Context(), k)
	must(t, err)
	return text
}

// channel makes a channel whose creator is the first member.
func (n *tenant) channel(t testing.TB, name string, private bool, members ...chat.UserID) chat.ChannelID {
	c, err := n.bound.CreateChannel(t.Context(), store.NewChannel{Name: name, Private: private, Creator: members[0], Members: members[1:]})
	must(t, err)
	return c.ID
}

// result is an answer's JSON.
type result map[string]any

// call sends a form with the person's token: name, value, name, value … What
// is answered must have the method's shape.
func (w *world) call(t testing.TB, p person, method string, args ...any) result {
	t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(args); i += 2 {
		values.Set(args[i].(string), fmt.Sprint(args[i+1]))
	}
	r := post("/api/"+method, "application/x-www-form-urlencoded", values.Encode())
	if kind, body, ok := form(t, args); ok {
		r = post("/api/"+method, kind, body)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	recorded := httptest.NewRecorder()
	w.server.ServeHTTP(recorded, r)
	if w.seen != nil {
		w.seen.Write(recorded.Body.Bytes())
	}
	var got result
	if err := json.Unmarshal(recorded.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s answered %q: %v", method, recorded.Body, err)
	}
	if got["ok"] == true {
		checkShape(t, method, got)
	} else {
		checkError(t, method, got)
	}
	return got
}

// ok is a call that must succeed.
func (w *world) ok(t testing.TB, p person, method string, args ...any) result {
	t.Helper()
	got := w.call(t, p, method, args...)
	if got["ok"] != true {
		t.Fatalf("%s %v: %v", method, args, got)
	}
	return got
}

// fails is a call that must fail under the name.
func (w *world) fails(t testing.TB, want string, p person, method string, args ...any) {
	t.Helper()
	got := w.call(t, p, method, args...)
	if got["ok"] != false || got["error"] != want {
		t.Errorf("%s as %s %v: ok %v, error %v, want %s", method, p.name, args, got["ok"], got["error"], want)
	}
}

// at follows a path of keys, "message.bot_profile.id"; nil where it breaks off.
func (r result) at(path string) any {
	var node any = map[string]any(r)
	for key := range strings.SplitSeq(path, ".") {
		if list, ok := node.([]any); ok && key == "0" && len(list) > 0 {
			node = list[0]
			continue
		}
		object, ok := node.(map[string]any)
		if !ok {
			return nil
		}
		node = object[key]
	}
	return node
}

func (r result) text(path string) string {
	text, _ := r.at(path).(string)
	return text
}

// keys lists the paths of all members, sorted; those of an array's items once.
func (r result) keys() []string {
	found := map[string]bool{}
	addKeys(found, "", map[string]any(r))
	var keys []string
	for key := range found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func addKeys(found map[string]bool, prefix string, node any) {
	switch node := node.(type) {
	case map[string]any:
		for key, child := range node {
			found[prefix+key] = true
			addKeys(found, prefix+key+".", child)
		}
	case []any:
		for _, child := range node {
			addKeys(found, strings.TrimSuffix(prefix, ".")+"[].", child)
		}
	}
}
