package store

import (
	"slices"
	"strings"
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
	for name, query := range map[string]string{
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
		"user by name":     "SELECT " + userColumns + " FROM users WHERE workspace_id = ? AND name_key = ?",
		"token by id":      selectToken + "token_id = ?",
		"cookie":           selectSession + "cookie_hash = ?",
		"user by e-mail":   "SELECT " + userColumns + " FROM users WHERE workspace_id = ? AND email_key = ?",
	} {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = "x"
		}
		rows, err := s.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
		plan, err := collect(rows, err, func(r scanner) (step string, err error) {
			var id, parent, unused int
			return step, r.Scan(&id, &parent, &unused, &step)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range plan {
			// chain and u are what the query itself has selected.
			own := slices.Contains([]string{"SCAN CONSTANT ROW", "SCAN chain", "SCAN u"}, step)
			all := strings.HasSuffix(step, "(workspace_id=?)") && !strings.Contains(name, "channels")
			if strings.HasPrefix(step, "SCAN") && !own || all || strings.Contains(step, "AUTOMATIC") {
				t.Errorf("%s: %s\nof the plan\n%s", name, step, strings.Join(plan, "\n"))
			}
		}
	}
}
