package chat

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func FuzzMrkdwn(f *testing.F) {
	for _, seed := range []string{
		"*a* _b_ ~c~ `d` ```e```", "<http://a.b|c> <@U1> <!date^1^{date}^http://x|y>", "&gt; q\n• l\n    ◦ m",
		"http://a.b/(c) www.d.e f@g.hi @h #i :j: #aabbcc", "**__~~``", "<<<>>>&&&", ":+1::skin-tone-3:", "\xff\x00\u2022 ", "mailto:a@b.cd|e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Linkify(text)
		if twice := Linkify(once); twice != once {
			t.Errorf("linkify of %q: %q, then %q", text, once, twice)
		}
		full := FormatText(text, Format{Parse: ParseFull})
		if m := Mentions(full); len(m.Users)+len(m.Subteams) > 0 {
			t.Errorf("full parse of %q mentions without a resolver: %q", text, full)
		}
		for _, s := range []string{text, once} {
			if blocks := RichTextBlocks(s); blocks != nil && !json.Valid(blocks) {
				t.Errorf("%q gives invalid JSON: %s", s, blocks)
			}
		}
		if got := unescape(Escape(text)); got != text {
			t.Errorf("%q escaped and back is %q", text, got)
		}
	})
}

// Texts that would take minutes if any look ahead were repeated.
func TestMrkdwnIsLinear(t *testing.T) {
	for _, piece := range []string{
		"*a ", "_a", "`a ", "`a`b", "<a", "<http://a ", "&gt;", "```a", "http://", "http://a", "www.", "www.a ", "a@", "a.b-", "a@b.", ":a", "::", "#a", "@a", "(", "http://a)", "• a\n", "*_~a",
	} {
		text := strings.Repeat(piece, 400_000/len(piece))
		start := time.Now()
		RichTextBlocks(FormatText(text, Format{LinkNames: true}))
		Mentions(text)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("400 kB of %q take %v", piece, took)
		}
	}
}

func BenchmarkMrkdwn(b *testing.B) {
	for name, text := range map[string]string{
		"plain":  "The quick brown fox jumps over the lazy dog, and then it rests.",
		"markup": "Hi <@U012ABCDEF>, *see* http://example.com/path?a=b&c=d or `code` :smile:",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stored := Linkify(text)
				Mentions(stored)
				RichTextBlocks(stored)
			}
		})
	}
}
