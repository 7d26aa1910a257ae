package words

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func joined(text string) string {
	var all []string
	for w := range In(text) {
		all = append(all, w.Text)
	}
	return strings.Join(all, " ")
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"Hello, World!":                      "hello world",
		"foo_bar-baz.qux":                    "foo bar baz qux",
		"Café CAFÉ cafe\u0301":               "cafe cafe cafe",
		"Straße ŁÓDŹ Ærø":                    "strasse lodz aero",
		"Ελλάδα Σίσυφος":                     "ελλαδα σισυφοσ",
		"Ёлка й":                             "елка и",
		"https://example.com/a?b=c%20d#x":    "https example com a b c 20d x",
		"東京都":                                "東京 京都 都",
		"東":                                  "東",
		"東京 大":                               "東京 京 大",
		"API東京v2":                            "api 東京 京 v2",
		"がか\u3099ｶﾞ":                         "がが がガ ガ",
		"한국어":                                "한국 국어 어",
		"สวัสดี":                             "สว วั ัส สด ดี ี",
		"ｆｕｌｌ　ｗｉｄｔｈ ①":                       "full width 1",
		"great 🎉🎉 job":                       "great 🎉 🎉 job",
		"don't l’avion":                      "don t l avion",
		"हिन्दी":                             "हिन्दी",
		"naïve\u200bword":                    "naive word",
		"ﬁne":                                "fine",
		"<@U012AB> 1.5e3":                    "u012ab 1 5e3",
		strings.Repeat("x", 500) + " y":      strings.Repeat("x", 64) + " y",
		"a\xff\xfeb":                         "a b",
		"שָׁלוֹם":                            "שלום",
		"emoji:+1:white_check_mark":          "emoji 1 white check mark",
		"中文english中文":                        "中文 文 english 中文 文",
		"ビール ー":                              "ビー ール ル ー",
		"\u0301\u0301a":                      "a",
		"x\u3099":                            "x",
		"no break":                           "no break",
		"ﾃｽﾄ":                                "テス スト ト",
		"I\u0307stanbul İstanbul ISTANBUL ı": "istanbul istanbul istanbul i",
	} {
		if got := joined(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	text := "Ein Café, 東京都 für API東京x"
	var got []string
	for w := range In(text) {
		got = append(got, text[w.Start:w.End])
	}
	want := "Ein|Café|東京|京都|都|für|API|東京|京|x"
	if strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
}

// What is in a text is found in it: its words are the same alone.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"Hello, wörld", "東京都API", "สวัสดี", "が\u3099", "a\xffb", "🎉", "e\u0301\u3099x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, last := 0, 0
		for w := range In(text) {
			if w.Start < at || w.End <= w.Start || w.End > len(text) || w.End < last {
				t.Fatalf("%q: word %+v after %d", text, w, at)
			}
			at, last = w.Start, w.End
			if w.Text == "" || !utf8.ValidString(w.Text) || strings.ContainsAny(w.Text, "\" *\x00·") || len(w.Text) > maxWord+64 {
				t.Fatalf("%q: word %q", text, w.Text)
			}
		}
	})
}
