package search

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// filled is a bed with one message, indexed, whose search is closed.
func filled(t *testing.T) *bed {
	t.Helper()
	b := newBed(t, 1)
	b.Post(b.Users[0].ID, "findable word")
	b.settle()
	b.want(0, "findable", "findable word")
	b.close()
	return b
}

func (b *bed) path() string { return filepath.Join(b.folder, fileName) }

// reopened opens the search again and looks for the message.
func (b *bed) reopened() {
	b.t.Helper()
	b.open()
	b.settle()
	b.want(0, "findable", "findable word")
}

func TestLostIndexIsMadeAnew(t *testing.T) {
	b := filled(t)
	if err := removeIndex(b.path()); err != nil {
		t.Fatal(err)
	}
	b.reopened()
}

func TestForeignFileIsReplaced(t *testing.T) {
	b := filled(t)
	if err := os.WriteFile(b.path(), []byte("this is no database at all, but long enough to be taken for one"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.reopened()
}

func TestCutOffCreationBeginsAgain(t *testing.T) {
	b := filled(t)
	if err := os.Truncate(b.path(), 0); err != nil {
		t.Fatal(err)
	}
	b.reopened()
}

// Pages that were overwritten are noticed when they are read, while the search
// runs.
func TestDamageIsRepaired(t *testing.T) {
	b := filled(t)
	raw, err := os.ReadFile(b.path())
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096 * 3; i < len(raw); i++ {
		raw[i] = 0xA5
	}
	if err := os.WriteFile(b.path(), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	b.open()
	deadline := time.Now().Add(30 * time.Second)
	for {
		found, err := b.server.Search(t.Context(), chat.SearchRequest{Caller: b.caller(0), Query: "findable", Count: 10})
		if err == nil && found.Total == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("found %d, error %v", found.Total, err)
		}
		pause(t.Context(), 20*time.Millisecond)
	}
}

func TestOtherHistoryIsReadAnew(t *testing.T) {
	b := filled(t)
	b.open()
	b.settle()
	if err := b.Store.NewIncarnation(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Post(b.Users[0].ID, "wakes it")
	deadline := time.Now().Add(30 * time.Second)
	for {
		b.server.open.RLock()
		same := b.server.log0 == b.Store.Incarnation()
		b.server.open.RUnlock()
		if same {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the index is still the other history's")
		}
		pause(t.Context(), 5*time.Millisecond)
	}
	b.settle()
	b.want(0, "findable", "findable word")
}

// While the search was away, the log forgot an edit and a deletion.
func TestReadsAnewWhatWasTrimmed(t *testing.T) {
	b := newBed(t, 1)
	ada := b.Users[0].ID
	edited, gone := b.Post(ada, "edited word"), b.Post(ada, "gone word")
	for range 600 {
		b.Post(ada, "another")
	}
	b.settle()
	b.close()
	must(b.UpdateMessage(t.Context(), store.Edit{Channel: b.Channel, TS: edited.Message.TS, Actor: ada, Apply: func(m *chat.Message) { m.Text = "new text" }}))(t)
	must(0, b.DeleteMessage(t.Context(), store.Delete{Channel: b.Channel, TS: gone.Message.TS, Actor: ada}))(t)
	b.Post(ada, "last word")
	must(b.Store.Trim(t.Context(), time.Now().Add(time.Minute)))(t)
	b.open()
	b.settle()
	b.want(0, "word", "last word")
	b.want(0, "new text", "new text")
	if found := b.find(0, "another"); found.Total != 600 {
		t.Errorf("%d of 600", found.Total)
	}
}

// What was deleted is in none of the index's files.
func TestDeletedTextIsGoneFromTheFiles(t *testing.T) {
	b := newBed(t, 1)
	ada := b.Users[0].ID
	for range 50 {
		b.Post(ada, "xylophone zither")
	}
	p := b.Post(ada, "zzsecretzz xylophone")
	b.settle()
	holds := func() bool {
		for _, end := range []string{"", "-wal"} {
			raw, err := os.ReadFile(b.path() + end)
			if err == nil && bytes.Contains(raw, []byte("secretzz")) {
				return true
			}
		}
		return false
	}
	if !holds() {
		t.Fatal("the text was not there to begin with")
	}
	must(0, b.DeleteMessage(t.Context(), store.Delete{Channel: b.Channel, TS: p.Message.TS, Actor: ada}))(t)
	b.settle()
	b.want(0, "zzsecretzz")
	deadline := time.Now().Add(30 * time.Second)
	for holds() {
		if time.Now().After(deadline) {
			t.Fatal("the files still hold it")
		}
		pause(t.Context(), 50*time.Millisecond)
	}
}
