package chat

import "testing"

func TestWebLinks(t *testing.T) {
	for in, want := range map[string]string{
		`[{"title":"x: y","title_link":"javascript:alert(1)"}]`:                            `[{"title":"x: y"}]`,
		`[{"image_url":"data:image/svg+xml,x","id":12345678901234567890}]`:                 `[{"id":12345678901234567890}]`,
		`[{"actions":[{"text":"<b>","url":" Java\tScript:alert(1)"}]}]`:                    `[{"actions":[{"text":"<b>"}]}]`,
		`[{"author_link":"vbscript:x","from_url":"file:///etc","author_icon":"slack://"}]`: `[{}]`,
		`[{"blocks":[{"elements":[{"type":"link","url":"javascript:x"}]}]}]`:               `[{"blocks":[{"elements":[{"type":"link","url":"about:blank"}]}]}]`,
		`[{"url_private":"javascript:x","permalink":"javascript:x","thumb_360":"data:,"}]`: `[{}]`,
	} {
		if got := string(WebLinks([]byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
	for _, same := range []string{
		``, `[]`, `nonsense: x`, `[{ "text":"javascript:x","author_icon":":tada:" }]`, `[{"title_link":"https://example.com/a:b"}]`,
		`[{"title_link":"mailto:a@example.com","image_url":"HTTP://example.com","from_url":"/x:y","thumb_width":1}]`,
	} {
		if got := string(WebLinks([]byte(same))); got != same {
			t.Errorf("%s became %s", same, got)
		}
	}
}
