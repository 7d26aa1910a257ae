package store

import "strings"

// dialect is where SQLite and MySQL differ.
type dialect struct {
	name  string
	mysql bool
	// ignore is what INSERT says to skip a row whose key is there already.
	ignore string
	// types fills in the words in braces of the schema.
	types *strings.Replacer
	// saveMessage writes a row of message_state.
	saveMessage string
	// saveReplies writes a row of thread_users.
	saveReplies string
	// deleteKeys deletes dedupe keys before a day, at most so many.
	deleteKeys string
}

var (
	sqliteDialect = newDialect(dialect{name: "sqlite", ignore: "INSERT OR IGNORE INTO ", types: sqliteTypes,
		deleteKeys: "DELETE FROM dedupe_keys WHERE (day, workspace_id, stream_id, sender_id, dedupe_key) IN" +
			" (SELECT day, workspace_id, stream_id, sender_id, dedupe_key FROM dedupe_keys WHERE day < ? LIMIT ?)"})
	mysqlDialect = newDialect(dialect{name: "mysql", mysql: true, ignore: "INSERT IGNORE INTO ", types: mysqlTypes,
		deleteKeys: "DELETE FROM dedupe_keys WHERE day < ? LIMIT ?"})
)

func newDialect(d dialect) *dialect {
	d.saveMessage = d.upsert("message_state", "workspace_id, stream_id, ts",
		"seq, kind, deleted, payload, reply_count, reply_users_count, latest_reply, reply_users, reactions, pinned")
	d.saveReplies = d.upsert("thread_users", "workspace_id, stream_id, root_ts, user_id", "replies")
	return &d
}

// upsert writes an INSERT of the key and value columns (comma-separated lists,
// in this order the arguments) that replaces the values where the key exists.
func (d *dialect) upsert(table, keys, values string) string {
	columns := keys + ", " + values
	n := strings.Count(columns, ",") + 1
	q := "INSERT INTO " + table + " (" + columns + ") VALUES (" + placeholders(n) + ")"
	if d.mysql {
		q += " ON DUPLICATE KEY UPDATE "
	} else {
		q += " ON CONFLICT (" + keys + ") DO UPDATE SET "
	}
	for i, c := range strings.Split(values, ",") {
		c = strings.TrimSpace(c)
		if i > 0 {
			q += ", "
		}
		if d.mysql {
			q += c + " = VALUES(" + c + ")"
		} else {
			q += c + " = excluded." + c
		}
	}
	return q
}

// placeholders is "?, ?, …" with n question marks.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}
