//go:build mariadb

package search

import (
	"testing"

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
