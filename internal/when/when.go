// Package when reads a time as people write it: "in 5 minutes", "tomorrow at
// 9am", "every Thursday". It stands between reminders.add, which reads, and the
// scheduler, which asks a recurring time for its next one; it is pure and has
// no goroutines.
package when

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// ErrUnclear: the text is no time that can be told, or one that is over.
var ErrUnclear = errors.New("no time can be read")

// Moment is what a text says: a time and, where it recurs, how.
type Moment struct {
	At    time.Time
	Every *Recurrence // nil: once
}

const (
	// maxAhead is how far a time may be away, as of Slack's reminders.
	maxAhead = 5 * 366 * 24 * time.Hour
	// maxSeconds is up to which a bare number counts seconds from now.
	maxSeconds = 24 * 60 * 60
	maxText    = 200 // bytes
)

// Parse reads a text in now's time zone. A number is seconds from now up to a
// day, and beyond that the time in seconds since 1970.
func Parse(text string, now time.Time) (Moment, error) {
	if len(text) > maxText {
		return Moment{}, ErrUnclear
	}
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return parseNumber(n, now)
	}
	p := parser{now: now, words: words(text)}
	return p.parse()
}

func parseNumber(n int64, now time.Time) (Moment, error) {
	at := time.Unix(n, 0).In(now.Location())
	if n <= maxSeconds {
		at = now.Add(time.Duration(n) * time.Second)
	}
	return once(at, now)
}

func once(at, now time.Time) (Moment, error) {
	if !at.After(now) || at.Sub(now) > maxAhead {
		return Moment{}, ErrUnclear
	}
	return Moment{At: at}, nil
}

// words splits a text, without case and punctuation that says nothing.
func words(text string) []string {
	text = strings.NewReplacer(",", " ", "a.m.", "am", "p.m.", "pm", " o'clock", "").Replace(strings.ToLower(text) + " ")
	text = strings.NewReplacer(" am ", "am ", " pm ", "pm ").Replace(text)
	all := strings.Fields(text)
	for i, w := range all {
		all[i] = strings.TrimRight(w, ".!;")
	}
	return all
}

// parser gathers what the words say. They may come in any order.
type parser struct {
	now   time.Time
	words []string
	at    int // the next word

	every    string // the frequency, where it recurs
	weekdays []time.Weekday
	next     bool           // "next" stood before a weekday
	date     *time.Time     // midnight of a day
	noYear   bool           // of date
	monthDay int            // "the 15th"
	length   *length        // from now
	clock    *time.Duration // since midnight
	part     time.Duration  // the clock that "morning" or the like stands for
}

func (p *parser) parse() (Moment, error) {
	if len(p.words) == 0 {
		return Moment{}, ErrUnclear
	}
	for p.at < len(p.words) {
		if !p.step() {
			return Moment{}, ErrUnclear
		}
	}
	if p.every != "" {
		return p.recurring()
	}
	return p.single()
}

// step reads what begins at the next word; false: nothing that is known.
func (p *parser) step() bool {
	for _, read := range []func() bool{p.filler, p.recurrence, p.after, p.dayWord, p.weekday, p.readDate, p.partOfDay, p.readClock} {
		if read() {
			return true
		}
	}
	return false
}

// word is the i-th word from the next one; "" beyond the end.
func (p *parser) word(i int) string {
	if p.at+i >= len(p.words) {
		return ""
	}
	return p.words[p.at+i]
}

func (p *parser) take(n int) bool {
	p.at += n
	return true
}

// filler reads a word that says nothing beside the one after it.
func (p *parser) filler() bool {
	if p.at+1 == len(p.words) {
		return false
	}
	switch p.word(0) {
	case "on", "at", "by", "and", "the", "this", "of", "@":
		return p.take(1)
	}
	return false
}

// defaultClock is the time of a day that came without one.
const defaultClock = 9 * time.Hour

func (p *parser) time() time.Duration {
	switch {
	case p.clock != nil:
		return *p.clock
	case p.part != 0:
		return p.part
	}
	return defaultClock
}

// on is a time of a day in the parser's zone. One that a change of the clocks
// skips is as much later.
func on(day time.Time, clock time.Duration) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, int(clock/time.Hour), int(clock/time.Minute%60), int(clock/time.Second%60), 0, day.Location())
}

func (p *parser) single() (Moment, error) {
	switch {
	case p.length != nil:
		return p.inLength()
	case len(p.weekdays) > 1 || p.date != nil && len(p.weekdays) > 0:
		return Moment{}, ErrUnclear
	case len(p.weekdays) == 1:
		return once(p.nextWeekday(), p.now)
	case p.monthDay > 0:
		r := Recurrence{Frequency: Monthly, Day: p.monthDay, Clock: p.time(), zone: p.now.Location()}
		return once(r.Next(p.now), p.now)
	case p.date != nil:
		at := on(*p.date, p.time())
		if p.noYear && !at.After(p.now) {
			at = on(p.date.AddDate(1, 0, 0), p.time())
		}
		return once(at, p.now)
	}
	at := on(p.now, p.time()) // a clock alone: its next time
	if !at.After(p.now) {
		at = on(p.now.AddDate(0, 0, 1), p.time())
	}
	return once(at, p.now)
}

func (p *parser) nextWeekday() time.Time {
	for i := range 8 {
		at := on(p.now.AddDate(0, 0, i), p.time())
		if at.Weekday() == p.weekdays[0] && at.After(p.now) && !(p.next && i == 0) {
			return at
		}
	}
	return time.Time{}
}

func (p *parser) recurring() (Moment, error) {
	if p.length != nil {
		return Moment{}, ErrUnclear
	}
	r := &Recurrence{Frequency: p.every, Weekdays: p.weekdays, Clock: p.time(), zone: p.now.Location(), Zone: p.now.Location().String()}
	first := p.now
	if p.date != nil {
		first = *p.date
	}
	_, r.Month, r.Day = first.Date()
	if p.monthDay > 0 {
		r.Day = p.monthDay
	}
	if r.Frequency == Weekly && len(r.Weekdays) == 0 {
		r.Weekdays = []time.Weekday{first.Weekday()}
	}
	if r.Frequency != Weekly && len(r.Weekdays) > 0 {
		return Moment{}, ErrUnclear
	}
	return Moment{At: r.Next(p.now), Every: r}, nil
}
