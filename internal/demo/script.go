package demo

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The form of conversations.txt, a line each; // is a comment:
//
//	= NAME | TOPIC | PURPOSE | PEOPLE   a public channel begins; * is everybody
//	! NAME | TOPIC | PURPOSE | PEOPLE   a private one
//	@ PEOPLE                            a direct message
//	WHEN WHO | TEXT                     a message; \n and \t in it are that
//	> WHEN WHO | TEXT                   a reply to it, when without the day
//	+ EMOJI PEOPLE                      a reaction to the line above
//	file NAME "TITLE" WHO               a file of the message above
//	^                                   the message above is pinned
//	~                                   the message above was edited
//
// WHEN is -3 09:30, three working days ago, or m30, half an hour ago.
//
//go:embed conversations.txt
var script string

// conversation is a channel or a direct message.
type conversation struct {
	name, topic, purpose string
	private              bool
	people               []string
	messages             []*message
}

// direct tells whether it is a direct message.
func (c *conversation) direct() bool { return c.name == "" }

type message struct {
	at        time.Time
	who, text string
	root      *message // of a reply
	reactions []reaction
	file      *file
	pinned    bool
	edited    bool
}

type reaction struct {
	emoji  string
	people []string
}

var (
	messageLine = regexp.MustCompile(`^(> )?(m\d+|-\d+ \d\d:\d\d|\d\d:\d\d) (\w+) \| (.+)$`)
	fileLine    = regexp.MustCompile(`^file (\S+) "([^"]+)" (\w+)$`)
)

// reader reads the script; its clock is the day of the message before.
type reader struct {
	now  time.Time
	all  []*conversation
	root *message // the last that is no reply
	last *message
}

// read reads the script as of now.
func read(now time.Time) ([]*conversation, error) {
	r := &reader{now: now}
	for n, line := range strings.Split(script, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("conversations.txt, line %d: %w", n+1, err)
		}
	}
	return r.all, nil
}

func (r *reader) line(line string) error {
	mark, rest, _ := strings.Cut(line, " ")
	switch mark {
	case "=", "!":
		parts := strings.Split(rest, " | ")
		if len(parts) != 4 {
			return fmt.Errorf("%q is no channel", rest)
		}
		return r.begin(&conversation{name: parts[0], topic: parts[1], purpose: parts[2], private: mark == "!"}, parts[3])
	case "@":
		return r.begin(&conversation{}, rest)
	case "+":
		words := strings.Fields(rest)
		r.last.reactions = append(r.last.reactions, reaction{words[0], words[1:]})
		return known(words[1:]...)
	case "^":
		r.root.pinned = true
		return nil
	case "~":
		r.last.edited = true
		return nil
	case "file":
		m := fileLine.FindStringSubmatch(line)
		if m == nil || r.last == nil {
			return fmt.Errorf("%q is no file", line)
		}
		r.last.file = &file{name: m[1], title: m[2], who: m[3]}
		return known(m[3])
	}
	return r.message(line)
}

func (r *reader) begin(c *conversation, names string) error {
	c.people = strings.Fields(names)
	if names == "*" {
		c.people = nil
		for _, p := range people {
			if p.role != "guest" {
				c.people = append(c.people, p.name)
			}
		}
	}
	r.all, r.root, r.last = append(r.all, c), nil, nil
	return known(c.people...)
}

func (r *reader) message(line string) error {
	parts := messageLine.FindStringSubmatch(line)
	if parts == nil {
		return fmt.Errorf("%q is nothing", line)
	}
	m := &message{who: parts[3], text: strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(parts[4])}
	if err := known(m.who); err != nil {
		return err
	}
	if parts[1] != "" {
		m.root = r.root
	}
	var err error
	if m.at, err = r.when(parts[2]); err != nil {
		return err
	}
	c := r.all[len(r.all)-1]
	c.messages = append(c.messages, m)
	r.last = m
	if m.root == nil {
		r.root = m
	}
	return nil
}

// when reads a time; of a reply the day is that of its root.
func (r *reader) when(text string) (time.Time, error) {
	if minutes, ok := strings.CutPrefix(text, "m"); ok {
		n, err := strconv.Atoi(minutes)
		return r.now.Add(-time.Duration(n) * time.Minute), err
	}
	day := r.now
	clock := text
	if back, hour, ok := strings.Cut(text, " "); ok {
		n, err := strconv.Atoi(back)
		if err != nil {
			return day, err
		}
		day, clock = workingDay(r.now, -n), hour
	} else if r.root != nil {
		day = r.root.at
	}
	t, err := time.Parse("15:04", clock)
	return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 7, 0, r.now.Location()), err
}

// workingDay is so many working days before now.
func workingDay(now time.Time, back int) time.Time {
	day := now
	for back > 0 {
		day = day.AddDate(0, 0, -1)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			back--
		}
	}
	return day
}

func known(names ...string) error {
	for _, name := range names {
		if called(name) == nil {
			return fmt.Errorf("who is %s?", name)
		}
	}
	return nil
}
