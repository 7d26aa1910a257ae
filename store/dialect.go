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
	// letFollow writes a row of thread_users that follows from a ts on, unless the
	// user has decided; setFollow writes follows and last_read whatever they were.
	letFollow, setFollow string
	// deleteKeys deletes dedupe keys before a day, at most so many.
	deleteKeys string
}

var (
	sqliteDialect = newDialect(dialect{name: "sqlite", ignore: "INSERT OR IGNORE INTO ", types: sqliteTypes,
		letFollow: "INSERT INTO thread_users (" + followColumns + ") VALUES (?, ?, ?, ?, 0, 1, ?) ON CONFLICT (workspace_id, stream_id, root_ts, user_id)" +
			" DO UPDATE SET follows = 1, last_read = MAX(thread_users.last_read, excluded.last_read) WHERE thread_users.follows = 0",
		setFollow: "INSERT INTO thread_users (" + followColumns + ") VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT (workspace_id, stream_id, root_ts, user_id)" +
			" DO UPDATE SET follows = excluded.follows, last_read = excluded.last_read",
		deleteKeys: "DELETE FROM dedupe_keys WHERE (day, workspace_id, stream_id, sender_id, dedupe_key) IN" +
			" (SELECT day, workspace_id, stream_id, sender_id, dedupe_key FROM dedupe_keys WHERE day < ? LIMIT ?)"})
	mysqlDialect = newDialect(dialect{name: "mysql", mysql: true, ignore: "INSERT IGNORE INTO ", types: mysqlTypes,
		// Assigned in this order: last_read is compared with follows as it was.
		letFollow: "INSERT INTO thread_users (" + followColumns + ") VALUES (?, ?, ?, ?, 0, 1, ?) ON DUPLICATE KEY UPDATE" +
			" last_read = IF(follows = 0, GREATEST(last_read, VALUES(last_read)), last_read), follows = IF(follows = 0, 1, follows)",
		setFollow: "INSERT INTO thread_users (" + followColumns + ") VALUES (?, ?, ?, ?, 0, ?, ?) ON DUPLICATE KEY UPDATE" +
			" follows = VALUES(follows), last_read = VALUES(last_read)",
		deleteKeys: "DELETE FROM dedupe_keys WHERE day < ? LIMIT ?"})
)

const followColumns = "workspace_id, stream_id, root_ts, user_id, replies, follows, last_read"

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
