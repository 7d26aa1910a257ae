package chat

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var blockID = regexp.MustCompile(`"block_id":"[0-9A-Za-z]{5}",`)

// rich is the elements of the block, without what is the same in all.
func rich(t *testing.T, text string) string {
	t.Helper()
	blocks := RichTextBlocks(text)
	if !json.Valid(blocks) {
		t.Fatalf("%q gives invalid JSON: %s", text, blocks)
	}
	s := blockID.ReplaceAllString(string(blocks), "")
	s = strings.TrimPrefix(s, `[{"type":"rich_text","elements":[`)
	return strings.TrimSuffix(s, "]}]")
}

func section(elements string) string {
	return `{"type":"rich_text_section","elements":[` + elements + `]}`
}

func plainText(s string) string { return `{"type":"text","text":"` + s + `"}` }

func TestRichTextInline(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"hello", plainText("hello")},
		{"a\nb", plainText(`a\nb`)},
		{"&lt;b&gt; &amp;amp; &quot;", plainText(`<b> &amp; &quot;`)},
		{"*b*", `{"type":"text","text":"b","style":{"bold":true}}`},
		{"_i_ ~s~", `{"type":"text","text":"i","style":{"italic":true}},` + plainText(" ") + `,{"type":"text","text":"s","style":{"strike":true}}`},
		{"*_~x~_*", `{"type":"text","text":"x","style":{"bold":true,"italic":true,"strike":true}}`},
		{"`*c*`", `{"type":"text","text":"*c*","style":{"code":true}}`},
		{"*a `b`*", `{"type":"text","text":"a ","style":{"bold":true}},{"type":"text","text":"b","style":{"bold":true,"code":true}}`},
		{"snake_case_name 2*3*4", plainText("snake_case_name 2*3*4")},
		{"* not bold *", plainText("* not bold *")},
		{"*a _b* c_", `{"type":"text","text":"a _b","style":{"bold":true}},` + plainText(" c_")},
		{"*open\nnext*", plainText(`*open\nnext*`)},
		{"<@U012>", `{"type":"user","user_id":"U012"}`},
		{"<@W012|old>", `{"type":"user","user_id":"W012"}`},
		{"*<@U012>*", `{"type":"user","user_id":"U012","style":{"bold":true}}`},
		{"<#C012|general>", `{"type":"channel","channel_id":"C012"}`},
		{"<!here> <!channel|x> <!everyone> <!group>", `{"type":"broadcast","range":"here"},` + plainText(" ") + `,{"type":"broadcast","range":"channel"},` +
			plainText(" ") + `,{"type":"broadcast","range":"everyone"},` + plainText(" ") + `,{"type":"broadcast","range":"channel"}`},
		{"<!subteam^S012|@team>", `{"type":"usergroup","usergroup_id":"S012"}`},
		{"<!unknown|shown>", plainText("shown")},
		{"<!unknown>", plainText("<!unknown>")},
		{"<!date^1392734382^{date} at {time}^https://example.com/|Feb>", `{"type":"date","timestamp":1392734382,"format":"{date} at {time}","url":"https://example.com/","fallback":"Feb"}`},
		{"<!date^0012^{date}|x>", `{"type":"date","timestamp":12,"format":"{date}","fallback":"x"}`},
		{"<http://a.b/?c&amp;d|e&amp;f>", `{"type":"link","url":"http://a.b/?c&d","text":"e&f"}`},
		{"<mailto:a@b.com|a@b.com>", `{"type":"link","url":"mailto:a@b.com","text":"a@b.com"}`},
		{"<javascript:alert(1)|x>", plainText("<javascript:alert(1)|x>")},
		{":smile:", `{"type":"emoji","name":"smile"}`},
		{":+1::skin-tone-2:", `{"type":"emoji","name":"+1","skin_tone":2}`},
		{"at 10:30:45", plainText("at 10:30:45")},
		{"`:smile:`", `{"type":"text","text":":smile:","style":{"code":true}}`},
		{"#ff00AA", `{"type":"color","value":"#ff00AA"}`},
		{"#ff00AAb &#123456;", plainText("#ff00AAb &#123456;")},
		{"bad \xff utf", plainText("bad \ufffd utf")},
		{"q\"\\\x01", plainText(`q\"\\\u0001`)},
	} {
		if got := rich(t, test.text); got != section(test.want) {
			t.Errorf("%q gives\n%s, want\n%s", test.text, got, section(test.want))
		}
	}
}

func TestRichTextBlocks(t *testing.T) {
	item := section
	pre := func(s string) string {
		return `{"type":"rich_text_preformatted","elements":[` + plainText(s) + `],"border":0}`
	}
	quote := func(s string) string { return `{"type":"rich_text_quote","elements":[` + plainText(s) + `]}` }
	list := func(indent, items string) string {
		return `{"type":"rich_text_list","elements":[` + items + `],"style":"bullet","indent":` + indent + `,"border":0}`
	}
	for _, test := range []struct {
		text string
		want []string
	}{
		{"```\n*x*\n:y:\n```", []string{pre(`*x*\n:y:`)}},
		{"a ```b``` c", []string{section(plainText("a ")), pre("b"), section(plainText(" c"))}},
		{"a\n```b```\nc", []string{section(plainText("a")), pre("b"), section(plainText("c"))}},
		{"a ``` b", []string{section(plainText("a ``` b"))}},
		{"&gt; a\n&gt;b\nc", []string{quote(`a\nb`), section(plainText("c"))}},
		{"x\n&gt;&gt;&gt; a\nb", []string{section(plainText("x")), quote(`a\nb`)}},
		{"• a\n• b\n    ◦ c\nd", []string{list("0", item(plainText("a"))+","+item(plainText("b"))), list("1", item(plainText("c"))), section(plainText("d"))}},
		{"• a\n\n• b", []string{list("0", item(plainText("a"))), list("0", item(plainText("b")))}},
		{"- a\n1. b", []string{section(plainText(`- a\n1. b`))}},
	} {
		if got, want := rich(t, test.text), strings.Join(test.want, ","); got != want {
			t.Errorf("%q gives\n%s, want\n%s", test.text, got, want)
		}
	}
	if RichTextBlocks("") != nil {
		t.Error("no text has blocks")
	}
	if got := RichTextBlocks(strings.Repeat("*a* ", 10_000)); got != nil {
		t.Errorf("blocks of %d bytes", len(got))
	}
}

func TestFormatText(t *testing.T) {
	names := func(sigil byte, name string) (string, bool) {
		id, ok := map[string]string{"@ada": "U1A", "@dev-team": "S1A", "#general": "C1A"}[string(sigil)+name]
		return id, ok
	}
	plain, linked := Format{Resolve: names}, Format{LinkNames: true, Resolve: names}
	full, none := Format{Parse: ParseFull, Resolve: names}, Format{Parse: ParseNone, Resolve: names}
	for _, test := range []struct {
		format     Format
		text, want string
	}{
		{plain, "a < b & c > d", "a &lt; b &amp; c &gt; d"},
		{plain, "&lt;&amp;&gt;&quot;", "&lt;&amp;&gt;&amp;quot;"},
		{plain, "http://foo.com/", "<http://foo.com/>"},
		{plain, "see https://foo.com/a?b=c&d=e.", "see <https://foo.com/a?b=c&amp;d=e>."},
		{plain, "(http://foo.com/a_(b)) x", "(<http://foo.com/a_(b)>) x"},
		{plain, "www.foo.com, yes", "<http://www.foo.com|www.foo.com>, yes"},
		{plain, "*http://foo.com*", "*<http://foo.com>*"},
		{plain, "`http://foo.com`", "`<http://foo.com>`"},
		{plain, "http://a|b", "<http://a%7Cb>"},
		{plain, "http:// and www. and xhttp://y", "http:// and www. and xhttp://y"},
		{plain, "mail ada@example.com!", "mail <mailto:ada@example.com|ada@example.com>!"},
		{plain, "a@b @c.d a@b@c.com", "a@b @c.d a@b@c.com"},
		{plain, "<http://foo.com|foo> <@U1A> <!here>", "<http://foo.com|foo> <@U1A> <!here>"},
		{plain, "<http://foo.com/?a&b|a & b>", "<http://foo.com/?a&amp;b|a &amp; b>"},
		{plain, "<javascript:x> <b>", "&lt;javascript:x&gt; &lt;b&gt;"},
		{plain, "&lt;http://foo.com&gt;", "&lt;<http://foo.com>&gt;"},
		{plain, "@ada #general", "@ada #general"},
		{linked, "@ada, @Ada's @dev-team @here @nobody #general x@ada", "<@U1A>, @Ada's <!subteam^S1A|@dev-team> <!here> @nobody #general x@ada"},
		{none, "http://foo.com @ada <@U1A> a&b", "http://foo.com @ada <@U1A> a&amp;b"},
		{full, "<@U1A> #general @ada http://foo.com/?a&amp;b", "&lt;@U1A&gt; <#C1A|general> <@U1A> <http://foo.com/?a&amp;amp;b>"},
	} {
		if got := FormatText(test.text, test.format); got != test.want {
			t.Errorf("%q, parse %q, gives\n%q, want\n%q", test.text, test.format.Parse, got, test.want)
		}
	}
}

func TestMentions(t *testing.T) {
	m := Mentions("<@U1A> <@U2B|x> <@U1A> <!subteam^S1> <!channel> < <@U3C> <!here")
	if want := []UserID{"U1A", "U2B", "U3C"}; !slices.Equal(m.Users, want) {
		t.Errorf("users %v, want %v", m.Users, want)
	}
	if !m.Channel || m.Here || m.Everyone || !m.All() || !slices.Equal(m.Subteams, []string{"S1"}) {
		t.Errorf("got %+v", m)
	}
	if m := Mentions("nobody"); m.All() || len(m.Users) > 0 {
		t.Errorf("nobody gives %+v", m)
	}
}

func TestEscape(t *testing.T) {
	if got := Escape(`<&> "'`); got != `&lt;&amp;&gt; "'` {
		t.Errorf("got %q", got)
	}
}

func TestPlainTextBlocks(t *testing.T) {
	got := blockID.ReplaceAllString(string(PlainTextBlocks("*a* <@U1A>\n```b``` :c: &lt;")), "")
	want := `[{"type":"rich_text","elements":[` + section(plainText("*a* ")+`,{"type":"user","user_id":"U1A"},`+
		plainText("\\n```b``` ")+`,{"type":"emoji","name":"c"},`+plainText(" <")) + `]}]`
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}
