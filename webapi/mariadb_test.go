//go:build mariadb

package webapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"taut/internal/testenv"
)

// TestMariaDB: each method, and who sees what, with all data in MariaDB.
func TestMariaDB(t *testing.T) {
	testenv.UseMariaDB(t)
	for name, test := range map[string]func(*testing.T){
		"EveryMethodConforms": TestEveryMethodConforms,
		"OtherWorkspaces":     TestOtherWorkspacesAreNotThere,
		"Outsiders":           TestOutsidersSeeNoSignOfWhatIsNotForThem,
		"Texts":               testTexts,
	} {
		t.Run(name, test)
	}
}

// testTexts: the longest texts of four bytes a character fit where they are kept.
func testTexts(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	wide := func(n int) string { return strings.Repeat("😀", n) }
	soon := time.Now().Add(time.Hour).Unix()
	kept := func(p person, path, want, method string, args ...any) result {
		t.Helper()
		got := w.ok(t, p, method, args...)
		if got.text(path) != want {
			t.Errorf("%s: %s has %d bytes, want %d", method, path, len(got.text(path)), len(want))
		}
		return got
	}
	kept(a.ada, "message.text", wide(12_000), "chat.postMessage", "channel", a.public, "text", wide(12_000))
	kept(a.ada, "bookmark.title", wide(256), "bookmarks.add", "channel_id", a.public, "title", wide(256), "type", "link", "link", "https://example.com/"+strings.Repeat("x", 2000))
	kept(a.ada, "reminder.text", wide(3000), "reminders.add", "text", wide(3000), "time", soon)
	kept(a.owner, "usergroup.name", wide(80), "usergroups.create", "name", wide(80), "description", wide(140))
	w.fails(t, "name_already_exists", a.owner, "usergroups.create", "name", wide(80)+" ")
	kept(a.owner, "usergroup.name", wide(79), "usergroups.create", "name", wide(79))
	kept(a.ada, "profile.status_text", wide(100), "users.profile.set", "profile", fmt.Sprintf(`{"status_text":%q,"status_emoji":":tada:"}`, wide(100)))
	kept(a.ada, "draft.text", wide(3000), "drafts.create", "destinations", fmt.Sprintf(`[{"channel_id":%q}]`, a.public), "text", wide(3000))
	kept(a.ada, "message.text", wide(3000), "chat.scheduleMessage", "channel", a.public, "text", wide(3000), "post_at", soon)
	kept(a.ada, "scheduled_messages.0.text", wide(3000), "chat.scheduledMessages.list")
	kept(a.ada, "channel.topic.value", wide(250), "conversations.setTopic", "channel", a.public, "topic", wide(250))
	kept(a.ada, "file.name", wide(255), "files.upload", "content", wide(3000), "filename", wide(255), "title", wide(255), "filetype", strings.Repeat("x", 100))
	w.ok(t, a.ada, "users.prefs.set", "name", "highlight_words", "value", wide(2000))
	kept(a.ada, "prefs.highlight_words", wide(2000), "users.prefs.get")
	// What is no UTF-8 at all is made so, or is nobody's.
	kept(a.ada, "message.text", "a\uFFFDb", "chat.postMessage", "channel", a.public, "text", "a\xffb")
	kept(a.ada, "file.name", "a\uFFFDb", "files.upload", "content", "x", "filename", "a\xffb")
	w.fails(t, "channel_not_found", a.ada, "conversations.info", "channel", "C\xff\xfe")
	w.fails(t, "users_not_found", a.ada, "users.lookupByEmail", "email", wide(400)+"@example.com")
}
