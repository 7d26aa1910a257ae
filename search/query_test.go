package search

import (
	"fmt"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		`hello world`:                   `[hello]~ [world]~`,
		`"hello world"`:                 `[hello world]`,
		`-hello -"a b"`:                 `-[hello] -[a b]`,
		`from:@ada -in:#x hi`:           `from=@ada -in=#x [hi]`,
		`FROM:"Ada L" x`:                `from=Ada L [x]`,
		`during:this week x`:            `during=this week [x]`,
		`during:"last month"`:           `during=last month`,
		`from:this week`:                `from=this [week]~`,
		`http://x.y/from:me`:            `[http x y from me]`,
		`dep* d*`:                       `[dep]* [d]`,
		`“smart quotes” "open`:          `[smart quotes] [open]`,
		`in:<#C1|a b> <@U1|x y> z`:      `in=<#C1|a b> [u1 x y] [z]`,
		`- -- a`:                        `[a]`,
		`from: x`:                       `[from]~ [x]`,
		`東京 都 京都府`:                      `[東京] [都]* [京都 都府]`,
		`has::tada: :tada: *`:           `has=:tada: [tada]~`,
		`a-b c_d`:                       `[a b] [c d]`,
		"tab\tand\nline":                `[tab]~ [and]~ [line]~`,
		`2024-01-02`:                    `[2024 01 02]`,
		`-from:@a -from:@b from:@c x*y`: `-from=@a -from=@b from=@c [x y]`,
	} {
		if got := show(parse(text)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func show(q query) (text string) {
	add := func(not bool, part string) {
		if text != "" {
			text += " "
		}
		if not {
			text += "-"
		}
		text += part
	}
	for _, f := range q.filters {
		add(f.not, f.name+"="+f.value)
	}
	for _, term := range q.terms {
		sign := ""
		if term.whole {
			sign = "~"
		} else if term.prefix {
			sign = "*"
		}
		add(term.not, fmt.Sprint(term.words)+sign)
	}
	return text
}

func TestDates(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, 3, 13, 1, 30, 0, 0, zone) // a Wednesday
	for value, want := range map[string]string{
		"2024-02-29": "2024-02-29 2024-03-01", "today": "2024-03-13 2024-03-14", "Yesterday": "2024-03-12 2024-03-13",
		"this week": "2024-03-11 2024-03-18", "last week": "2024-03-04 2024-03-11", "week": "2024-03-11 2024-03-18",
		"this month": "2024-03-01 2024-04-01", "last month": "2024-02-01 2024-03-01", "this year": "2024-01-01 2025-01-01", "last year": "2023-01-01 2024-01-01",
		"march": "2024-03-01 2024-04-01", "Apr": "2023-04-01 2023-05-01", "January 2020": "2020-01-01 2020-02-01", "2020": "2020-01-01 2021-01-01",
		"2020-05": "2020-05-01 2020-06-01", "wednesday": "2024-03-13 2024-03-14", "thu": "2024-03-07 2024-03-08", "03/10/2024": "2024-03-10 2024-03-11",
		"10.03.2024": "2024-03-10 2024-03-11", "Jan 5, 2024": "2024-01-05 2024-01-06",
		"2024-02-30": "", "nonsense": "", "1200": "", "9999-01-01": "", "": "", "last": "",
	} {
		got := ""
		if s, ok := dateSpan(value, now); ok {
			got = s.from.Format(time.DateOnly) + " " + s.to.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
	// The day on which the clock goes forward has 23 hours.
	if s, _ := dateSpan("2024-03-10", now); s.to.Sub(s.from) != 23*time.Hour {
		t.Errorf("the day has %v", s.to.Sub(s.from))
	}
}

// Whatever is asked, the index understands what is made of it.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		`from:@ada "a b" -c d* has::x: before:2020-01-01`, `NEAR(a b)`, `"`, `""" * - --`, `in:<#C|x`, "a\x00b", `(a OR b) AND NOT c`, `東京*`, `-from:me`, `'; --`, "is:thread with:@x to:me",
	} {
		f.Add(seed)
	}
	b := newBed(f, 1)
	b.Post(b.Users[0].ID, "some words 東京 🎉")
	b.settle()
	f.Fuzz(func(t *testing.T, text string) {
		q := parse(text)
		if len(q.terms) > maxTerms || len(q.filters) > maxFilters {
			t.Fatalf("%q: %d terms, %d filters", text, len(q.terms), len(q.filters))
		}
		if len(q.terms)+len(q.filters) > 0 {
			b.t = t
			b.find(0, text)
		}
	})
}
