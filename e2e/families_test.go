//go:build e2e

package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// family is one SDK, of the workspace's owner, that uses what is beyond a
// conversation; another person listens.
type family struct {
	server   *server
	space    workspace
	sdk      *sdk
	listener *sdk
	channel  string
}

// TestSDKsReachEveryFamily uses each family through each SDK's own functions.
func TestSDKsReachEveryFamily(t *testing.T) {
	s, w := running(t, "--users", "4", "--channels", "1")
	owner := w.Users[0]
	listener := node(t, s, w.Users[1].ID, w.Users[1].Token)
	channel := listener.must(t, "conversations.create", object{"name": "families"}).text("channel", "id")
	listener.must(t, "conversations.invite", object{"channel": channel, "users": owner.ID})
	for _, client := range []*sdk{
		slackGo(t, s, owner.ID, owner.Token), node(t, s, owner.ID, owner.Token),
		pythonCalls(t, s, owner.ID, owner.Token), python(t, s, "async", owner.ID, owner.Token),
	} {
		f := &family{s, w, client, listener, channel}
		t.Run(client.name, f.everything)
	}
	t.Run("auth.revoke", func(t *testing.T) { testTokenIsRevoked(t, s, w.Users[3].ID, w.Users[3].Token) })
}

func (f *family) everything(t *testing.T) {
	for _, part := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"pins", f.pins},
		{"bookmarks", f.bookmarks},
		{"scheduled messages", f.scheduled},
		{"reminders", f.reminders},
		{"do not disturb", f.dnd},
		{"user groups", f.groups},
		{"files", f.files},
		{"search", f.search},
		{"status", f.status},
		{"photo", f.photo},
		{"people", f.people},
		{"conversations", f.conversations},
		{"reactions", f.reacted},
	} {
		t.Run(part.name, part.run)
	}
}

// word is one that nothing else says.
func (f *family) word() string {
	return fmt.Sprintf("%s%d", strings.NewReplacer(" ", "", "-", "").Replace(f.sdk.name), rand.IntN(1e9))
}

func (f *family) post(t *testing.T, text string) (ts string) {
	t.Helper()
	return f.sdk.must(t, "chat.postMessage", object{"channel": f.channel, "text": text}).text("ts")
}

func (f *family) pins(t *testing.T) {
	ts := f.post(t, "to be pinned")
	message := object{"channel": f.channel, "timestamp": ts}
	f.sdk.must(t, "pins.add", message)
	f.listener.await(t, "pin_added", all(has("pin_added", "type"), has(ts, "item", "message", "ts")))
	pinned := f.sdk.must(t, "pins.list", object{"channel": f.channel}).list("items")
	if len(pinned) == 0 || pinned[0].text("message", "ts") != ts {
		t.Errorf("pinned is %v", pinned)
	}
	f.sdk.refused(t, "already_pinned", "pins.add", message)
	f.sdk.must(t, "pins.remove", message)
	f.listener.await(t, "pin_removed", all(has("pin_removed", "type"), has(ts, "item", "message", "ts")))
	f.sdk.refused(t, "no_pin", "pins.remove", message)
}

func (f *family) bookmarks(t *testing.T) {
	made := f.sdk.must(t, "bookmarks.add", object{"channel_id": f.channel, "title": "The plan", "type": "link", "link": "https://example.com/plan"})
	id := made.text("bookmark", "id")
	f.sdk.must(t, "bookmarks.edit", object{"channel_id": f.channel, "bookmark_id": id, "title": "The new plan"})
	all := f.sdk.must(t, "bookmarks.list", object{"channel_id": f.channel}).list("bookmarks")
	if len(all) != 1 || all[0].text("title") != "The new plan" || all[0].text("link") != "https://example.com/plan" {
		t.Errorf("bookmarks are %v", all)
	}
	f.sdk.must(t, "bookmarks.remove", object{"channel_id": f.channel, "bookmark_id": id})
}

func (f *family) scheduled(t *testing.T) {
	text := "later, by " + f.word()
	at := strconv.FormatInt(time.Now().Unix()+2, 10)
	f.sdk.must(t, "chat.scheduleMessage", object{"channel": f.channel, "post_at": at, "text": text})
	tomorrow := strconv.FormatInt(time.Now().Add(24*time.Hour).Unix(), 10)
	never := f.sdk.must(t, "chat.scheduleMessage", object{"channel": f.channel, "post_at": tomorrow, "text": "never"}).text("scheduled_message_id")
	waiting := f.sdk.must(t, "chat.scheduledMessages.list", object{"channel": f.channel}).list("scheduled_messages")
	if !hasID(waiting, never) {
		t.Errorf("scheduled is %v, without %s", waiting, never)
	}
	f.sdk.must(t, "chat.deleteScheduledMessage", object{"channel": f.channel, "scheduled_message_id": never})
	f.sdk.refused(t, "invalid_scheduled_message_id", "chat.deleteScheduledMessage", object{"channel": f.channel, "scheduled_message_id": never})
	f.sdk.refused(t, "time_in_past", "chat.scheduleMessage", object{"channel": f.channel, "post_at": "1500000000", "text": "x"})
	f.listener.await(t, "the scheduled message", all(has("message", "type"), has(f.channel, "channel"), has(text, "text")))
}

func hasID(list []object, id string) bool {
	for _, o := range list {
		if o.text("id") == id {
			return true
		}
	}
	return false
}

func (f *family) reminders(t *testing.T) {
	made := f.sdk.must(t, "reminders.add", object{"text": "water the plants", "time": "in 20 minutes", "user": f.sdk.user})
	id := made.text("reminder", "id")
	if !hasID(f.sdk.must(t, "reminders.list", object{}).list("reminders"), id) {
		t.Errorf("reminders.list lacks %s", id)
	}
	if f.sdk.name != "slack-go" { // which has neither
		f.sdk.must(t, "reminders.complete", object{"reminder": id})
		if at := f.sdk.must(t, "reminders.info", object{"reminder": id}).at("reminder", "complete_ts"); at == nil || at == 0.0 {
			t.Errorf("the reminder was completed at %v", at)
		}
	}
	f.sdk.must(t, "reminders.delete", object{"reminder": id})
	f.sdk.refused(t, "not_found", "reminders.delete", object{"reminder": id})
}

func (f *family) dnd(t *testing.T) {
	f.sdk.must(t, "dnd.setSnooze", object{"num_minutes": 5})
	if info := f.sdk.must(t, "dnd.info", object{}); info.at("snooze_enabled") != true {
		t.Errorf("dnd.info says %v", info)
	}
	f.sdk.must(t, "dnd.endSnooze", object{})
}

func (f *family) groups(t *testing.T) {
	handle := "g" + strings.ToLower(f.word())
	id := f.sdk.must(t, "usergroups.create", object{"name": "Group " + handle, "handle": handle}).text("usergroup", "id")
	f.listener.await(t, "subteam_created", all(has("subteam_created", "type"), has(id, "subteam", "id")))
	f.sdk.must(t, "usergroups.users.update", object{"usergroup": id, "users": f.listener.user})
	f.listener.await(t, "subteam_self_added", all(has("subteam_self_added", "type"), has(id, "subteam_id")))
	users, _ := f.sdk.must(t, "usergroups.users.list", object{"usergroup": id}).at("users").([]any)
	if len(users) != 1 || users[0] != f.listener.user {
		t.Errorf("the group's users are %v", users)
	}
	if !hasID(f.sdk.must(t, "usergroups.list", object{}).list("usergroups"), id) {
		t.Errorf("usergroups.list lacks %s", id)
	}
	f.sdk.must(t, "usergroups.disable", object{"usergroup": id})
	f.sdk.must(t, "usergroups.enable", object{"usergroup": id})
	name := "Renamed " + handle
	if got := f.sdk.must(t, "usergroups.update", object{"usergroup": id, "name": name}).text("usergroup", "name"); got != name {
		t.Errorf("the group is called %q", got)
	}
	f.sdk.must(t, "usergroups.disable", object{"usergroup": id})
}

// files go up and come back byte for byte.
func (f *family) files(t *testing.T) {
	for _, size := range []int64{0, 1, 70_000, 200 << 20} {
		if size == 0 && f.sdk.name == "slack-go" {
			continue // it sends no empty file: "file size cannot be 0"
		}
		t.Run(fmt.Sprint(size, " bytes"), func(t *testing.T) { f.file(t, size) })
	}
}

func (f *family) file(t *testing.T, size int64) {
	path := filepath.Join(t.TempDir(), "sent.bin")
	sum := writeRandom(t, path, size)
	name := fmt.Sprintf("%s %d é.bin", f.word(), size)
	made, err := f.sdk.do(object{"do": "upload", "path": path, "channel": f.channel, "name": name})
	if err != nil {
		t.Fatal(err)
	}
	id := made.text("file", "id")
	info := f.sdk.must(t, "files.info", object{"file": id})
	if info.text("file", "name") != name || fmt.Sprint(info.at("file", "size")) != strconv.FormatFloat(float64(size), 'g', -1, 64) {
		t.Errorf("files.info says %v, want %s of %d bytes", info, name, size)
	}
	f.listener.await(t, "the message with the file", all(has("message", "type"), has(f.channel, "channel"), has("here is "+name, "text")))
	readers := []*sdk{f.sdk, f.listener}
	if size > 1<<20 {
		readers = readers[:1] // once is enough for the time that it takes
	}
	for _, reader := range readers {
		got := filepath.Join(t.TempDir(), "got.bin")
		reader.act(t, object{"do": "download", "url": info.text("file", "url_private_download"), "path": got})
		if have := sumOf(t, got); have != sum {
			t.Errorf("%s got other bytes back", reader.name)
		}
	}
	if !hasID(f.listener.must(t, "files.list", object{"channel": f.channel}).list("files"), id) {
		t.Errorf("files.list of the other one lacks %s", id)
	}
	f.sdk.must(t, "files.delete", object{"file": id})
	f.sdk.refused(t, "file_not_found", "files.delete", object{"file": id})
	if _, err := f.listener.do(object{"do": "download", "url": info.text("file", "url_private_download"), "path": path}); err == nil {
		t.Error("a deleted file can be downloaded")
	}
}

// writeRandom makes a file and gives its hash.
func writeRandom(t *testing.T, path string, size int64) string {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	hash := sha256.New()
	source := io.LimitReader(rand.NewChaCha8([32]byte{byte(size)}), size)
	if _, err := io.Copy(io.MultiWriter(file, hash), source); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func sumOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// search finds what was posted, changed and uploaded, and no longer what was
// deleted.
func (f *family) search(t *testing.T) {
	word := f.word()
	ts := f.post(t, "a needle called "+word)
	f.findable(t, word, ts, true)
	everything := f.sdk.must(t, "search.all", object{"query": word})
	if found := everything.list("messages", "matches"); len(found) != 1 || found[0].text("ts") != ts {
		t.Errorf("search.all finds %v", everything)
	}
	f.sdk.must(t, "chat.update", object{"channel": f.channel, "ts": ts, "text": "now it is " + word + "edited"})
	f.findable(t, word+"edited", ts, true)
	f.sdk.must(t, "chat.delete", object{"channel": f.channel, "ts": ts})
	f.findable(t, word+"edited", ts, false)
	path := filepath.Join(t.TempDir(), "x.txt")
	writeRandom(t, path, 10)
	if _, err := f.sdk.do(object{"do": "upload", "path": path, "channel": f.channel, "name": word + ".txt"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the file is found", func() error {
		if got := f.sdk.must(t, "search.files", object{"query": word}).list("files", "matches"); len(got) != 1 {
			return fmt.Errorf("found %v", got)
		}
		return nil
	})
}

func (f *family) findable(t *testing.T, word, ts string, want bool) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s is found: %v", word, want), func() error {
		matches := f.sdk.must(t, "search.messages", object{"query": word}).list("messages", "matches")
		if found := len(matches) == 1 && matches[0].text("ts") == ts; found != want {
			return fmt.Errorf("found %v", matches)
		}
		return nil
	})
}

func (f *family) status(t *testing.T) {
	f.sdk.must(t, "users.profile.set", object{"profile": object{"status_text": "at lunch", "status_emoji": ":taco:"}})
	f.listener.await(t, "user_change", all(has("user_change", "type"), has("at lunch", "user", "profile", "status_text")))
	got := f.sdk.must(t, "users.profile.get", object{"user": f.sdk.user})
	if got.text("profile", "status_text") != "at lunch" || got.text("profile", "status_emoji") != ":taco:" {
		t.Errorf("the profile is %v", got)
	}
}

func (f *family) photo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "me.png")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture := image.NewRGBA(image.Rect(0, 0, 600, 600))
	for i := range 600 {
		picture.Set(i, i, color.RGBA{R: 200, A: 255})
	}
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
	before := f.sdk.must(t, "users.profile.get", object{"user": f.sdk.user}).text("profile", "image_512")
	f.sdk.act(t, object{"do": "photo", "path": path})
	after := f.sdk.must(t, "users.profile.get", object{"user": f.sdk.user}).text("profile", "image_512")
	if after == before || after == "" {
		t.Errorf("the picture was %q and is %q", before, after)
	}
}
