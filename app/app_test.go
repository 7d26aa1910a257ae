package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"taut/config"
	"taut/internal/admin"
	"taut/internal/testenv"
)

// start runs a server on free ports; the test's end stops it.
func start(t *testing.T, data string) *App {
	t.Helper()
	a := build(t, data)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func build(t *testing.T, data string) *App {
	t.Helper()
	c := settings(data)
	if dsn := testenv.MySQL(t); dsn != "" {
		c.MySQLFile = filepath.Join(t.TempDir(), "dsn")
		if err := os.WriteFile(c.MySQLFile, []byte(dsn), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := New(t.Context(), Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func settings(data string) config.Config {
	c := config.Default()
	c.Data, c.Listen, c.OpsListen = data, "127.0.0.1:0", "127.0.0.1:0"
	c.Drain = config.Duration(2 * time.Second)
	return c
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

func TestListeners(t *testing.T) {
	a := start(t, t.TempDir())
	public, ops := a.Addresses()
	for _, tt := range []struct {
		url    string
		status int
		holds  string
	}{
		{"http://" + ops.String() + "/healthz", 200, "ok"},
		{"http://" + ops.String() + "/readyz", 200, "ok"},
		{"http://" + ops.String() + "/metrics", 200, "taut_build_info"},
		{"http://" + ops.String() + "/debug/pprof/goroutine?debug=1", 200, "goroutine"},
		{"http://" + ops.String() + "/api/api.test", 404, ""},
		{"http://" + public.String() + "/", 200, "<title>Taut"},
		{"http://" + public.String() + "/api/api.test", 200, `"ok":true`},
		{"http://" + public.String() + "/metrics", 404, ""},
		{"http://" + public.String() + "/debug/pprof/", 404, ""},
		{"http://" + public.String() + "/admin/workspaces", 404, ""},
	} {
		if status, body := get(t, tt.url); status != tt.status || !strings.Contains(body, tt.holds) {
			t.Errorf("%s: %d %.80q, want %d with %q", tt.url, status, body, tt.status, tt.holds)
		}
	}
}

// door is the running server's, as commands find it.
func door(t *testing.T, a *App) *admin.Client {
	t.Helper()
	d, err := admin.ReadDoor(a.config.Data)
	if err != nil {
		t.Fatal(err)
	}
	return admin.NewClient(d)
}

// TestConversation is the life of a message through every role: one program
// posts over HTTP, another one hears of it over its socket and answers there.
func TestConversation(t *testing.T) {
	a := start(t, t.TempDir())
	d := door(t, a)
	owner, err := d.CreateWorkspace(t.Context(), admin.NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	bot, err := d.AddBot(t.Context(), admin.NewBot{Name: "echo"})
	if err != nil {
		t.Fatal(err)
	}
	api := slack.OptionAPIURL(d.Door.URL + "/api/")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()

	listener := slack.New(bot.Token, api).NewRTM()
	go listener.ManageConnection()
	defer listener.Disconnect()
	next[*slack.HelloEvent](ctx, t, listener) // from here on it misses nothing

	person := slack.New(owner.Token, api)
	channel, ts, err := person.PostMessageContext(ctx, "general", slack.MsgOptionText("hello", false))
	if err != nil {
		t.Fatal(err)
	}
	heard := next[*slack.MessageEvent](ctx, t, listener)
	if heard.Text != "hello" || heard.Channel != channel || heard.Timestamp != ts || heard.User != string(owner.UserID) {
		t.Errorf("heard %+v, want hello at %s in %s", heard.Msg, ts, channel)
	}
	listener.SendMessage(listener.NewOutgoingMessage("and you", channel))
	next[*slack.AckMessage](ctx, t, listener)
	history, err := person.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: channel, Limit: 2})
	if err != nil || len(history.Messages) != 2 || history.Messages[0].Text != "and you" || history.Messages[1].Timestamp != ts {
		t.Errorf("history %+v, %v", history, err)
	}
	// What sockets are told of names whole URLs, though none is configured.
	if err := person.SetUserCustomStatusContext(ctx, "at lunch", "", 0); err != nil {
		t.Fatal(err)
	}
	if image := next[*slack.UserChangeEvent](ctx, t, listener).User.Profile.Image48; !strings.HasPrefix(image, d.Door.URL+"/avatars/") {
		t.Errorf("the picture is at %s", image)
	}
	if err := person.AddPinContext(ctx, channel, slack.NewRefToMessage(channel, ts)); err != nil {
		t.Fatal(err)
	}
	if link := next[*slack.PinAddedEvent](ctx, t, listener).Item.Message.Permalink; !strings.HasPrefix(link, d.Door.URL+"/archives/"+channel+"/p") {
		t.Errorf("the pinned message is at %s", link)
	}
}

// next waits for an event of type E, past others.
func next[E any](ctx context.Context, t *testing.T, rtm *slack.RTM) E {
	t.Helper()
	for {
		select {
		case e := <-rtm.IncomingEvents:
			if data, ok := e.Data.(E); ok {
				return data
			}
		case <-ctx.Done():
			t.Fatalf("no %T came", *new(E))
		}
	}
}

func TestSecondServerOnTheFolderIsRefused(t *testing.T) {
	data := t.TempDir()
	start(t, data)
	_, err := New(t.Context(), Options{Config: settings(data), Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second server: %v", err)
	}
}

// TestStopLeavesNothing wants the folder free, the door gone, the ports closed
// and the goroutines ended.
func TestStopLeavesNothing(t *testing.T) {
	data := t.TempDir()
	before := runtime.NumGoroutine()
	a := build(t, data)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	public, _ := a.Addresses()
	get(t, "http://"+public.String()+"/api/api.test")
	begin := time.Now()
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("an idle server took %v to stop", took)
	}
	if _, err := admin.ReadDoor(data); err == nil {
		t.Error("the door is still there")
	}
	if _, err := http.Get("http://" + public.String() + "/"); err == nil {
		t.Error("it still answers")
	}
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
	start(t, data)
}

func TestStartReportsABusyPort(t *testing.T) {
	first := start(t, t.TempDir())
	c := settings(t.TempDir())
	c.Listen = first.public.Addr().String()
	a, err := New(t.Context(), Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "listen:") {
		t.Errorf("on a busy port: %v", err)
	}
}

func TestFirstStartSaysWhatToDo(t *testing.T) {
	var log strings.Builder
	a, err := New(t.Context(), Options{Config: settings(t.TempDir()), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "taut workspace create") {
		t.Errorf("the log does not say what to do:\n%s", log.String())
	}
}

func TestAFolderOpenToOthersIsReported(t *testing.T) {
	for mode, warned := range map[os.FileMode]bool{0o755: true, 0o700: false} {
		data := t.TempDir()
		if err := os.Chmod(data, mode); err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		a, err := New(t.Context(), Options{Config: settings(data), Log: slog.New(slog.NewTextHandler(&said, nil))})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
		if strings.Contains(said.String(), "open to other users") != warned {
			t.Errorf("with mode %v it says %s", mode, said.String())
		}
	}
}
