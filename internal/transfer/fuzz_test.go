package transfer

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
)

// FuzzArchive: no zip makes the look through it panic, and what was surveyed can
// be read again.
func FuzzArchive(f *testing.F) {
	for _, e := range []slackexport.Export{{Messages: 30, Channels: 1, Users: 4}, {Seed: 1, Messages: 10, Channels: 1, Users: 4, Base: "folder/"}} {
		data, err := os.ReadFile(e.Write(f))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := openArchive(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		s, err := takeSurvey(t.Context(), a, new(Report))
		if err != nil {
			return
		}
		for _, c := range s.channels {
			var b batch
			if _, err := b.readDays(c.days, 0); err != nil {
				t.Errorf("surveyed, and cannot be read: %v", err)
			}
		}
	})
}

// FuzzExport puts any text into a day and a list: the import ends with an error or
// with all that can be read of it, and never breaks.
func FuzzExport(f *testing.F) {
	f.Add(`[{"ts":"1600000000.000100","text":"a"},{"ts":"1600000000.000100"},7,null]`, `[{"id":"U0000000001","name":"ada"}]`)
	f.Add(`[{"ts":1600000000.0001,"thread_ts":"x","reactions":[{"name":"a","users":["U0000000001","U0000000001"],"count":"9"}],"files":{},"blocks":7}]`, `[{"id":7}]`)
	f.Add(`[{"ts":"1600000000.000100","user":"U0000000009","subtype":"tombstone","edited":{"user":"","ts":""},"root":{"ts":7},"bot_id":"B1","file":{"id":"F1"}}]`, `[]`)
	f.Fuzz(func(t *testing.T, day, users string) {
		path := slackexport.Zip(t, "", func(w *slackexport.Writer) {
			w.Put("channels.json", `[{"id":"C0000000001","name":"dev","members":["U0000000001"]}]`)
			w.Put("users.json", users)
			w.Put("dev/2021-01-01.json", day)
		})
		s := testenv.Open(t)
		if _, err := (Import{From: path, Domain: "acme", New: true}).Run(t.Context(), s); err != nil {
			if json.Valid([]byte(day)) && json.Valid([]byte(users)) && day[0] == '[' && users[0] == '[' {
				t.Errorf("lists that are JSON: %v", err)
			}
			return
		}
		first := contents(t, exportFrom(t, s, "acme"))
		if r := importInto(t, s, path, "acme"); r.Messages+r.Users+r.Channels != 0 {
			t.Errorf("again: %+v", r)
		}
		wantSame(t, contents(t, exportFrom(t, s, "acme")), first)
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{`[]`, `[ ]`, `[1,"a,]",{"b":[1,2]},[[],{}],"\"\\"]`, ` [null] `, `{}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want []json.RawMessage
		if json.Unmarshal([]byte(text), &want) != nil || !bytes.HasPrefix(bytes.TrimSpace([]byte(text)), []byte("[")) {
			return
		}
		got, ok := split([]byte(text))
		if !ok || len(got) != len(want) {
			t.Fatalf("%q: %d elements, want %d", text, len(got), len(want))
		}
		for i := range got {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("%q, want %q", got[i], want[i])
			}
		}
	})
}

func FuzzRewrite(f *testing.F) {
	f.Add(`{"text":"<@U0000000001> U0000000001, xU0000000001 https://a.slack.com/archives/C0000000001","user":"U0000000001"}`)
	ids := map[string]string{"U0000000001": "U1111111111", "C0000000001": "C1111111111"}
	f.Fuzz(func(t *testing.T, text string) {
		if got := rewrite([]byte(text), ids); json.Valid([]byte(text)) != json.Valid(got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestRewrite(t *testing.T) {
	ids := map[string]string{"U0000000001": "U1111111111", "C00000001": "C1111111111", "T0000000001": "T1111111111"}
	for in, want := range map[string]string{
		`{"user":"U0000000001"}`:                                     `{"user":"U1111111111"}`,
		`"<@U0000000001> \u003c@U0000000001\u003e <#C00000001|dev>"`: `"<@U1111111111> \u003c@U1111111111\u003e <#C1111111111|dev>"`,
		`"aU0000000001 U00000000012 U0000000001x"`:                   `"aU0000000001 U00000000012 U0000000001x"`,
		`"https://files.slack.com/files-pri/T0000000001-F1/a"`:       `"https://files.slack.com/files-pri/T0000000001-F1/a"`,
	} {
		if got := rewrite([]byte(in), ids); string(got) != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

// A zip that says less than it holds, or more than it may, is refused.
func TestLyingZip(t *testing.T) {
	path := slackexport.Zip(t, "", func(w *slackexport.Writer) {
		w.Put("channels.json", `[]`)
		w.Put("users.json", `[{"id":"U0000000001","name":"`+string(bytes.Repeat([]byte("ada"), 1000))+`"}]`)
	})
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := openArchive(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []uint64{10, maxList + 1} {
		a.lists["users.json"].UncompressedSize64 = size
		if _, err := a.list("users.json"); err == nil {
			t.Errorf("a size of %d is believed", size)
		}
	}
}
