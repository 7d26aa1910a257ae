package store

import (
	"fmt"
	"testing"

	"taut/chat"
)

// What each request or each connection reads of the directory is found by its
// key, however large the tables: SQLite's plan scans none of them.
func TestDirectoryIsReadByKey(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	mine, _ := ChannelQuery{MemberOf: "U"}.sql("T")
	visible, _ := ChannelQuery{VisibleTo: "U", Types: []chat.ChannelType{chat.PublicChannel, chat.DM}}.sql("T")
	reacted, _ := ReactedQuery{Types: []chat.ChannelType{chat.PublicChannel, chat.DM}}.sql("T", reactedAt{})
	threads, _ := ThreadQuery{User: "U", Types: []chat.ChannelType{chat.PublicChannel}}.sql("T", "u.root_ts", "")
	files, _ := FileQuery{Owner: "U", Viewer: FileViewer{User: "V"}}.from("T")
	shared, _ := FileViewer{User: "V"}.visible()
	queries := map[string]string{
		"memberships":      selectMemberships,
		"unread":           unreadOne,
		"history, dense":   readShown,
		"history, sparse":  walkShown,
		"threads":          threads,
		"member counts":    "SELECT stream_id, members FROM stream_heads WHERE workspace_id = ? AND stream_id IN (?, ?)",
		"my channels":      mine,
		"visible channels": visible,
		"closed DMs":       selectClosed,
		"reactions":        reacted,
		"files":            "SELECT 1 " + files,
		"file is shared":   "SELECT 1 FROM file_shares s WHERE s.workspace_id = ? AND s.file_id = ? AND " + shared + " LIMIT 1",
		"tokens of a user": "SELECT hash FROM tokens WHERE workspace_id = ? AND user_id = ? AND revoked = ? ORDER BY created_ms LIMIT ?",
		"revocation":       "UPDATE tokens SET revoked = ? WHERE workspace_id = ? AND token_id = ?",
		"keywords":         "SELECT user_id, value FROM prefs WHERE workspace_id = ? AND name = ? LIMIT ?",
		"keys that go":     deleteKeysTo,
		"audit by actor":   "SELECT at_ns FROM audit WHERE workspace_id = ? AND actor_id = ? ORDER BY at_ns DESC LIMIT ?",
		"audit by action":  "SELECT at_ns FROM audit WHERE workspace_id = ? AND at_ns < ? AND action = ? ORDER BY at_ns DESC LIMIT ?",
		"user by name":     "SELECT " + userColumns + " FROM users WHERE workspace_id = ? AND name_key = ?",
		"token by id":      selectToken + "t.token_id = ?",
		"token":            selectToken + "t.hash = ?",
		"cookie":           selectSession + "cookie_hash = ?",
		"user by e-mail":   "SELECT " + userColumns + " FROM users WHERE workspace_id = ? AND email_key = ?",
	}
	for i, source := range activitySources {
		queries[fmt.Sprint("activity, source ", i)], _ = source.sql("T", ActivityQuery{Types: []chat.ChannelType{chat.PublicChannel}})
	}
	for name, query := range queries {
		for _, step := range goesThrough(s.db.DB, query) {
			t.Errorf("%s: %s\nin %s", name, step, query)
		}
	}
}
