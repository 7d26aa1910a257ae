package webapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

// An uploaded file is its owner's alone until it is shared, and then theirs who
// read the channel.
func TestFileIsPrivateUntilShared(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	id := w.send(t, a.ada, "plan.txt", []byte("the plan\n"))
	w.fails(t, "file_not_found", a.ada, "files.info", "file", id) // not completed
	w.fails(t, "file_not_found", a.bob, "files.completeUploadExternal", "files", `[{"id":"`+id+`"}]`)
	got := w.complete(t, a.ada, id)
	if got.text("files.0.id") != id || got.text("files.0.title") != "plan.txt" {
		t.Fatalf("completed: %v", got)
	}
	file := w.ok(t, a.ada, "files.info", "file", id)
	for path, want := range map[string]any{
		"file.name": "plan.txt", "file.mimetype": "text/plain", "file.filetype": "text", "file.pretty_type": "Plain Text", "file.mode": "hosted",
		"file.size": 9.0, "file.user": string(a.ada.id), "file.is_public": false, "file.preview": "the plan", "file.lines": 1.0,
	} {
		if file.at(path) != want {
			t.Errorf("%s is %v, want %v", path, file.at(path), want)
		}
	}
	for _, p := range []person{a.bob, a.owner, a.guest, a.robot, w.other.ada} {
		w.fails(t, "file_not_found", p, "files.info", "file", id)
		w.fails(t, "file_not_found", p, "files.delete", "file", id)
		if got := w.fetch(p, file.text("file.url_private")); got.Code != http.StatusNotFound {
			t.Errorf("%s fetches it: %d", p.name, got.Code)
		}
	}
	w.complete(t, a.ada, id, "channel_id", a.private, "initial_comment", "see <this>")
	message := w.ok(t, a.bob, "conversations.history", "channel", a.private, "limit", 1)
	for path, want := range map[string]any{
		"messages.0.text": "see &lt;this&gt;", "messages.0.upload": true, "messages.0.files.0.id": id, "messages.0.user": string(a.ada.id), "messages.0.subtype": nil,
		"messages.0.files.0.url_private": "https://taut.example/files-pri/" + string(a.workspace.ID) + "-" + id + "/plan.txt",
	} {
		if message.at(path) != want {
			t.Errorf("%s is %v, want %v", path, message.at(path), want)
		}
	}
	if got := w.fetch(a.bob, message.text("messages.0.files.0.url_private")); got.Code != http.StatusOK || got.Body.String() != "the plan\n" {
		t.Errorf("bob fetches it: %d %s", got.Code, got.Body)
	}
	for _, p := range []person{a.eve, a.guest, a.robot, w.other.bob} {
		w.fails(t, "file_not_found", p, "files.info", "file", id)
	}
	if got := w.ok(t, a.bob, "files.info", "file", id); got.text("file.groups.0") != string(a.private) || got.text("file.shares.private."+string(a.private)+".0.ts") == "" {
		t.Errorf("where it is shared: %v", got)
	}
}

// The same file may be shared in a thread too, or with something else said of it.
func TestCompleteElsewhere(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	files := fmt.Sprintf(`[{"id":%q}]`, w.send(t, a.ada, "1", []byte("1")))
	root := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "root").text("ts")
	for range 2 {
		for _, more := range [][]any{{"initial_comment", "look"}, {"initial_comment", "again"}, {"thread_ts", root}, {"thread_ts", root, "initial_comment", "look"}} {
			w.ok(t, a.ada, "files.completeUploadExternal", append([]any{"files", files, "channel_id", a.public}, more...)...)
		}
	}
	if got := w.ok(t, a.ada, "conversations.replies", "channel", a.public, "ts", root)["messages"].([]any); len(got) != 3 {
		t.Errorf("the thread has %v", got)
	}
	if got := w.ok(t, a.ada, "conversations.history", "channel", a.public, "oldest", root)["messages"].([]any); len(got) != 2 {
		t.Errorf("the channel has %v", got)
	}
}

// A completion that is sent again is the same one: one file, one message.
func TestCompleteAgain(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	one, two := w.send(t, a.ada, "1", []byte("1")), w.send(t, a.ada, "2", []byte("2"))
	files := fmt.Sprintf(`[{"id":%q,"title":"First"},{"id":%q}]`, one, two)
	for range 3 {
		got := w.ok(t, a.ada, "files.completeUploadExternal", "files", files, "channels", fmt.Sprint(a.public, ",", a.dm), "initial_comment", "both")
		if got.text("files.0.title") != "First" {
			t.Errorf("%v", got)
		}
	}
	for _, ch := range []chat.ChannelID{a.public, a.dm} {
		got := w.ok(t, a.ada, "conversations.history", "channel", ch)
		messages := 0
		for _, m := range got["messages"].([]any) {
			if files, ok := m.(map[string]any)["files"].([]any); ok {
				messages++
				if len(files) != 2 {
					t.Errorf("the message has %d files", len(files))
				}
			}
		}
		if messages != 1 {
			t.Errorf("%d messages in %s", messages, ch)
		}
	}
}

// What fails leaves the files as they are: the same may be tried elsewhere.
func TestCompleteRefusals(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	id := w.send(t, a.ada, "x", []byte("x"))
	pending := w.ok(t, a.ada, "files.getUploadURLExternal", "filename", "x", "length", 5).text("file_id")
	files := func(id string) string { return `[{"id":"` + id + `"}]` }
	for _, tt := range []struct {
		want string
		args []any
	}{
		{"channel_not_found", []any{"files", files(id), "channel_id", a.secret}},
		{"channel_not_found", []any{"files", files(id), "channel_id", w.other.public}},
		{"channel_not_found", []any{"files", files(id), "channel_id", "C0000000000"}},
		{"not_in_channel", []any{"files", files(id), "channel_id", w.openChannel(t)}},
		{"is_archived", []any{"files", files(id), "channel_id", a.archived}},
		{"invalid_arguments", []any{"files", "[]", "channel_id", a.public}},
		{"invalid_arguments", []any{"files", "nonsense"}},
		{"invalid_arguments", []any{"files", `{"id":"` + id + `"}`}},
		{"file_not_found", []any{"files", files(pending), "channel_id", a.public}},
		{"file_not_found", []any{"files", files("F0000000000")}},
		{"file_not_found", []any{"files", files("../../x")}},
		{"file_not_found", []any{"files", fmt.Sprintf(`[{"id":%q},{"id":%q}]`, id, id)}},
		{"file_not_found", []any{"files", fmt.Sprintf(`[{"id":%q},{"id":%q}]`, id, pending)}},
		{"invalid_blocks_format", []any{"files", files(id), "channel_id", a.public, "blocks", "{"}},
	} {
		got := w.call(t, a.ada, "files.completeUploadExternal", tt.args...)
		if got.text("error") != tt.want {
			t.Errorf("%v: %v, want %s", tt.args, got, tt.want)
		}
	}
	w.fails(t, "file_not_found", w.other.ada, "files.completeUploadExternal", "files", files(id))
	w.complete(t, a.ada, id, "channel_id", a.bob.id) // a user stands for the DM with them
	if got := w.ok(t, a.bob, "conversations.history", "channel", a.dm, "limit", 1); got.text("messages.0.files.0.id") != id {
		t.Errorf("%v", got)
	}
}

// openChannel is one that only bob is in, and everybody may know of.
func (w *world) openChannel(t *testing.T) chat.ChannelID {
	return w.acme.channel(t, "bobs-own", false, w.acme.bob.id)
}

func TestFilesInThread(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	root := w.posts(t, a.bob, a.public, 1)[0]
	id := w.send(t, a.ada, "x", []byte("x"))
	w.fails(t, "thread_not_found", a.ada, "files.completeUploadExternal", "files", `[{"id":"`+id+`"}]`, "channel_id", a.public, "thread_ts", "1000000000.000001")
	w.complete(t, a.ada, id, "channel_id", a.public, "thread_ts", root)
	got := w.ok(t, a.bob, "conversations.replies", "channel", a.public, "ts", root)
	replies := got["messages"].([]any)
	if len(replies) != 2 || result(replies[1].(map[string]any)).text("files.0.id") != id {
		t.Errorf("%v", got)
	}
	if got := w.ok(t, a.bob, "files.info", "file", id); got.text("file.shares.public."+string(a.public)+".0.thread_ts") != root {
		t.Errorf("%v", got)
	}
}

// A file that is deleted leaves a tombstone in messages, also in their answers to
// those who may not know why; a message that is deleted takes its file from those
// who read it there, and leaves it to its owner.
func TestDeleteFileOrMessage(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	id, ts := w.shared(t, a.ada, a.public, "x.txt", []byte("x"))
	w.fails(t, "cant_delete_file", a.bob, "files.delete", "file", id)
	w.ok(t, a.ada, "chat.delete", "channel", a.public, "ts", ts)
	w.fails(t, "file_not_found", a.bob, "files.info", "file", id)
	if got := w.ok(t, a.ada, "files.info", "file", id); got.at("file.shares") != nil {
		t.Errorf("after the message was deleted: %v", got)
	}
	id, ts = w.shared(t, a.ada, a.public, "y.txt", []byte("y"), "initial_comment", "look")
	url := w.ok(t, a.bob, "files.info", "file", id).text("file.url_private")
	w.ok(t, a.owner, "files.delete", "file", id) // an admin
	w.fails(t, "file_not_found", a.ada, "files.info", "file", id)
	w.fails(t, "file_not_found", a.ada, "files.delete", "file", id)
	if got := w.fetch(a.ada, url); got.Code != http.StatusNotFound {
		t.Errorf("fetched: %d", got.Code)
	}
	got := w.ok(t, a.bob, "conversations.history", "channel", a.public, "oldest", ts, "inclusive", "1", "limit", 1)
	if got.text("messages.0.files.0.mode") != "tombstone" || got.text("messages.0.text") != "look" || got.at("messages.0.files.0.name") != nil {
		t.Errorf("the message shows %v", got.at("messages.0"))
	}
}

func TestFilesOfAnEditedMessage(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	one, ts := w.shared(t, a.ada, a.public, "one.txt", []byte("1"), "initial_comment", "x")
	two := w.send(t, a.ada, "two.txt", []byte("2"))
	w.complete(t, a.ada, two)
	bobs := w.send(t, a.bob, "bobs.txt", []byte("3"))
	w.complete(t, a.bob, bobs)
	w.fails(t, "file_not_found", a.ada, "chat.update", "channel", a.public, "ts", ts, "text", "x", "file_ids", bobs)
	w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "text", "edited") // files stay
	if got := w.ok(t, a.bob, "files.info", "file", one); got.text("file.channels.0") != string(a.public) {
		t.Errorf("%v", got)
	}
	got := w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "file_ids", two)
	if got.text("message.files.0.id") != two || len(got.at("message.files").([]any)) != 1 {
		t.Errorf("%v", got)
	}
	w.ok(t, a.bob, "files.info", "file", two)
	w.fails(t, "file_not_found", a.bob, "files.info", "file", one)
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: a.workspace.ID.Channel(a.public), Limit: 1000})
	must(t, err)
	for _, e := range page.Events {
		if strings.Contains(string(e.Payload), "one.txt") {
			t.Errorf("the log still names the file that was taken off: %s", e.Payload)
		}
	}
}

// eventTypes are those of a stream's events.
func (w *world) eventTypes(t *testing.T, s chat.Stream) (types []string) {
	t.Helper()
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: s, Limit: 1000})
	must(t, err)
	for _, e := range page.Events {
		types = append(types, e.Type)
	}
	return types
}

func TestFileEvents(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	id, ts := w.shared(t, a.ada, a.public, "x.txt", []byte("x"))
	w.ok(t, a.ada, "chat.delete", "channel", a.public, "ts", ts)
	w.ok(t, a.ada, "files.delete", "file", id)
	other, _ := w.shared(t, a.ada, a.public, "x.txt", []byte("x"))
	w.ok(t, a.ada, "files.delete", "file", other)
	own := strings.Join(w.eventTypes(t, a.workspace.ID.User(a.ada.id)), " ")
	if strings.Count(own, "file_created") != 2 || strings.Count(own, "file_deleted") != 2 {
		t.Errorf("the owner's: %s", own)
	}
	all := strings.Join(w.eventTypes(t, a.workspace.ID.Channel(a.public)), " ")
	if !strings.HasSuffix(all, "message file_shared message file_unshared message file_shared file_deleted") {
		t.Errorf("the channel's: %s", all)
	}
}

func TestFileBounds(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	begin := func(want string, args ...any) {
		t.Helper()
		w.fails(t, want, a.ada, "files.getUploadURLExternal", args...)
	}
	begin("file_upload_size_restricted", "filename", "x", "length", 1<<40)
	begin("invalid_arguments", "filename", "x", "length", -1)
	begin("invalid_arguments", "filename", "x", "length", "many")
	begin("invalid_arguments", "length", 5)
	begin("unknown_snippet_type", "filename", "x", "length", 5, "snippet_type", "klingon")
	begin("snippet_too_large", "filename", "x", "length", 5<<20, "snippet_type", "go")
	begin("alt_txt_too_large", "filename", "x", "length", 5, "alt_txt", strings.Repeat("x", 1001))
	_, err := a.bound.SetSettings(t.Context(), store.Actor{}, func(s *chat.Settings) error {
		s.StorageBytes = 1000
		return nil
	})
	must(t, err)
	id := w.send(t, a.ada, "x", make([]byte, 600))
	w.complete(t, a.ada, id)
	w.ok(t, a.bob, "files.getUploadURLExternal", "filename", "x", "length", 300) // under way, and counts
	begin("storage_limit_reached", "filename", "x", "length", 101)
	begin("storage_limit_reached", "filename", "x", "length", 1<<30)
	if got := w.call(t, a.ada, "files.upload", "file", make([]byte, 400)); got.text("error") != "storage_limit_reached" {
		t.Errorf("files.upload: %v", got)
	}
	w.ok(t, a.ada, "files.delete", "file", id)
	w.ok(t, a.ada, "files.getUploadURLExternal", "filename", "x", "length", 700)
	w.ok(t, w.other.ada, "files.getUploadURLExternal", "filename", "x", "length", 1<<20) // another workspace's
	_, err = a.bound.SetSettings(t.Context(), store.Actor{}, func(s *chat.Settings) error {
		s.Allow = map[chat.Act]chat.Role{chat.UploadFiles: chat.Admin}
		return nil
	})
	must(t, err)
	begin("file_uploads_disabled", "filename", "x", "length", 1)
	w.ok(t, a.owner, "files.getUploadURLExternal", "filename", "x", "length", 0)
}

func TestPendingUploadsAreBounded(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for i := range 3 {
		_, err := a.bound.StartUpload(t.Context(), store.NewFile{Owner: a.ada.id}, store.FileBounds{Pending: 2})
		if want := i == 2; (chat.CodeOf(err) == chat.Limited) != want {
			t.Errorf("upload %d: %v", i, err)
		}
	}
}

func TestFilesUpload(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	body := bytes.Repeat([]byte("0123456789"), 300_000) // more than another body may have
	got := w.ok(t, a.ada, "files.upload", "file", body, "channels", a.private, "initial_comment", "old", "title", "T")
	if got.text("file.title") != "T" || got.at("file.size") != 3_000_000.0 || got.text("warning") != "method_deprecated" {
		t.Errorf("%v", got)
	}
	if fetched := w.fetch(a.bob, got.text("file.url_private")); !bytes.Equal(fetched.Body.Bytes(), body) {
		t.Errorf("%d bytes came back", fetched.Body.Len())
	}
	used, _, err := a.bound.FileUsage(context.Background())
	if err != nil || used != 3_000_000 {
		t.Errorf("it counts %d, %v", used, err)
	}
	got = w.ok(t, a.robot, "files.upload", "content", "launch plan", "filetype", "go", "channels", "#project")
	if got.text("file.mode") != "snippet" || got.text("file.filetype") != "go" || got.text("file.preview") != "launch plan" || got.at("file.editable") != true {
		t.Errorf("%v", got)
	}
	w.fails(t, "no_file_data", a.ada, "files.upload")
	w.fails(t, "not_authed", person{}, "files.upload", "file", body)
	w.fails(t, "invalid_auth", person{token: "xoxp-1-2-3-4"}, "files.upload", "file", body)
}

func TestFilesList(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	secret, _ := w.shared(t, a.bob, a.secret, "secret.txt", []byte("x"))
	image, _ := w.shared(t, a.ada, a.public, "image.png", picture(t, 3, 3))
	own := w.send(t, a.ada, "own.zip", []byte("PK\x03\x04"))
	w.complete(t, a.ada, own)
	list := func(p person, args ...any) string {
		t.Helper()
		var ids []string
		for _, f := range w.ok(t, p, "files.list", args...)["files"].([]any) {
			ids = append(ids, f.(map[string]any)["id"].(string))
		}
		return strings.Join(ids, " ")
	}
	for _, tt := range []struct {
		who  person
		want string
		args []any
	}{
		{a.ada, own + " " + image, nil},
		{a.bob, image + " " + secret, nil},
		{a.eve, image, nil},
		{a.guest, "", nil},
		{a.robot, image, nil},
		{w.other.owner, "", nil},
		{a.ada, image, []any{"types", "images"}},
		{a.ada, own, []any{"types", "zips,pdfs"}},
		{a.ada, "", []any{"types", "spaces"}},
		{a.ada, image, []any{"channel", a.public}},
		{a.ada, image, []any{"count", 1, "page", 2}},
		{a.bob, secret, []any{"user", a.bob.id}},
		{a.eve, "", []any{"user", a.bob.id}},
		{a.ada, "", []any{"ts_to", "1000000000"}},
		{a.ada, own + " " + image, []any{"ts_from", "1000000000.5", "types", "all"}},
	} {
		// Of files of the same millisecond the order is by id.
		if got := list(tt.who, tt.args...); len(got) != len(tt.want) || len(tt.want) == 11 && got != tt.want {
			t.Errorf("%s %v: %s, want %s", tt.who.name, tt.args, got, tt.want)
		}
	}
	w.fails(t, "channel_not_found", a.eve, "files.list", "channel", a.secret)
	w.fails(t, "channel_not_found", a.eve, "files.list", "channel", w.other.public)
	w.fails(t, "user_not_found", a.eve, "files.list", "user", w.other.ada.id)
	w.fails(t, "unknown_type", a.eve, "files.list", "types", "dreams")
}
