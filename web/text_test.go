package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"taut/chat"
)

var update = flag.Bool("update", false, "write the files of cases anew")

// The client reads markup by itself where a message has no blocks. This table of
// cases is read by the client's tests too, so that both sides read it alike.
func TestMarkupCases(t *testing.T) {
	const file = "src/text/testdata/mrkdwn.json"
	type textCase struct {
		Text     string          `json:"text"`
		Elements json.RawMessage `json:"elements"`
	}
	read, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []textCase
	if err := json.Unmarshal(read, &cases); err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		var blocks []struct{ Elements json.RawMessage }
		if err := json.Unmarshal(chat.RichTextBlocks(c.Text), &blocks); err != nil {
			t.Fatalf("%q: %v", c.Text, err)
		}
		if !*update && compact(t, c.Elements) != compact(t, blocks[0].Elements) {
			t.Errorf("%q is %s, the file says %s", c.Text, blocks[0].Elements, c.Elements)
		}
		cases[i].Elements = blocks[0].Elements
	}
	if !*update {
		return
	}
	var lines [][]byte
	for _, c := range cases {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	out := append(append([]byte("[\n"), bytes.Join(lines, []byte(",\n"))...), "\n]\n"...)
	if err := os.WriteFile(file, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// compact is the value without what the writers of both sides choose: the order of
// keys, spaces and escapes.
func compact(t *testing.T, from json.RawMessage) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(from, &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
