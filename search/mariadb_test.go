//go:build mariadb

package search

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestMariaDB: the index follows a log that is in MariaDB.
func TestMariaDB(t *testing.T) {
	testenv.UseMariaDB(t)
	for name, test := range map[string]func(*testing.T){
		"SavedPinsReactionsEdits": TestSavedPinsReactionsEdits,
		"Retention":               TestRetention,
		"OtherProcess":            testOtherProcess,
		"FarBehind":               testFarBehind,
	} {
		t.Run(name, test)
	}
}

// testOtherProcess: what another server on the database commits is found too,
// though nobody tells.
func testOtherProcess(t *testing.T) {
	b := newBed(t, 1)
	b.settle()
	other := testenv.Open(t, func(o *store.Options) { o.MySQL = b.mysql })
	there := testenv.Existing(t, other, b.ID())
	post := there.PostTo(b.Channel, b.Users[0].ID, "elsewhere 😀")
	b.settle()
	b.want(0, "elsewhere", "elsewhere 😀")
	if err := there.DeleteMessage(t.Context(), store.Delete{Channel: b.Channel, TS: post.Message.TS, Actor: b.Users[0].ID}); err != nil {
		t.Fatal(err)
	}
	b.settle()
	b.want(0, "elsewhere")
}

// testFarBehind: a search that has more to catch up with than one look brings says that
// it is not complete, until it is.
func testFarBehind(t *testing.T) {
	b := newBed(t, 1)
	b.Post(b.Users[0].ID, "before")
	b.settle()
	b.close()
	db := must(sql.Open("mysql", b.mysql))(t)
	defer db.Close()
	// No relay writes any more but the test.
	must(db.Exec("UPDATE relay_writer SET term = term + 1, until_ms = 1 << 60"))(t)
	var at, seq int64
	must(0, db.QueryRow("SELECT position FROM relay_writer").Scan(&at))(t)
	post := b.Post(b.Users[0].ID, "behind much")
	must(0, db.QueryRow("SELECT MAX(seq) FROM heads WHERE stream_id = ?", string(b.Channel)).Scan(&seq))(t)
	x := must(openIndex(t.Context(), b.folder, b.Store.Incarnation()))(t)
	must(0, x.keep(t.Context(), at+1))(t)
	must(0, x.close())(t)
	const rows = 2_500
	noted := make([]any, 0, 3*rows)
	for n := range int64(rows) {
		of := "CNOBODY"
		if n == rows-1 {
			of = string(post.Event.Stream.ID)
		}
		noted = append(noted, at+1+n, of, seq)
	}
	must(db.Exec("INSERT INTO relay_log (position, workspace_id, stream_id, after_seq, seq, relayed_ms) VALUES "+
		strings.TrimSuffix(strings.Repeat("(?, '"+string(b.ID())+"', ?, 0, ?, 0), ", rows), ", "), noted...))(t)
	must(db.Exec("UPDATE relay_writer SET position = ?", at+rows))(t)
	b.open()
	deadline := time.Now().Add(30 * time.Second)
	for {
		found := must(b.server.Search(t.Context(), chat.SearchRequest{Caller: b.caller(0), Query: "behind", Count: 10}))(t)
		if !found.Partial && found.Total != 1 {
			t.Fatal("it is complete without the last message")
		}
		if !found.Partial {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it is never complete")
		}
		pause(t.Context(), time.Millisecond)
	}
}
