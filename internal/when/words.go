package when

import (
	"strconv"
	"strings"
	"time"
)

// length is "in 2 days and an hour": calendar and clock apart, as a day may have
// 23 or 25 hours.
type length struct {
	months, days int
	exact        time.Duration
}

func (p *parser) inLength() (Moment, error) {
	if p.date != nil || len(p.weekdays) > 0 || p.monthDay > 0 {
		return Moment{}, ErrUnclear
	}
	at := p.now.AddDate(0, p.length.months, p.length.days).Add(p.length.exact)
	if p.clock != nil || p.part != 0 { // "in 3 days at noon"
		if p.length.exact != 0 {
			return Moment{}, ErrUnclear
		}
		at = on(at, p.time())
	}
	return once(at, p.now)
}

const maxCount = 100_000

// after reads "in 5 minutes", also with several parts, and "5 minutes from now".
func (p *parser) after() bool {
	if p.length != nil {
		return false
	}
	i := 0
	if p.word(0) == "in" {
		i = 1
	}
	var l length
	parts := 0
	for {
		for parts > 0 && p.word(i) == "and" {
			i++
		}
		n, used := p.count(i)
		if used == 0 || !l.add(n, p.word(i+used)) {
			break
		}
		i += used + 1
		parts++
	}
	if parts == 0 {
		return false
	}
	switch {
	case p.word(i) == "from" && p.word(i+1) == "now":
		i += 2
	case p.word(0) != "in":
		return false
	}
	p.length = &l
	return p.take(i)
}

// count reads a number at a word: how much it is, in halves, and how many words
// it took.
func (p *parser) count(i int) (halves, used int) {
	switch w := p.word(i); w {
	case "a", "an", "one":
		return 2, 1
	case "half":
		if next := p.word(i + 1); next == "a" || next == "an" {
			return 1, 2
		}
		return 1, 1
	default:
		if n, ok := numbers[w]; ok {
			return 2 * n, 1
		}
		if n, err := strconv.Atoi(w); err == nil && n >= 0 && n <= maxCount {
			return 2 * n, 1
		}
		if n, err := strconv.ParseFloat(w, 64); err == nil && n >= 0 && n <= maxCount && n*2 == float64(int(n*2)) {
			return int(n * 2), 1
		}
		return p.attached(w)
	}
}

// attached reads "5m" or "2h" by splitting the word.
func (p *parser) attached(w string) (halves, used int) {
	digits := len(w) - len(strings.TrimLeft(w, "0123456789"))
	if digits == 0 || digits == len(w) {
		return 0, 0
	}
	if _, ok := units[w[digits:]]; !ok {
		return 0, 0
	}
	n, err := strconv.Atoi(w[:digits])
	if err != nil || n > maxCount {
		return 0, 0
	}
	// The unit becomes a word of its own.
	for i, have := range p.words {
		if have == w {
			p.words = append(p.words[:i:i], append([]string{w[:digits], w[digits:]}, p.words[i+1:]...)...)
			break
		}
	}
	return 2 * n, 1
}

var numbers = map[string]int{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}

var units = map[string]byte{
	"s": 's', "sec": 's', "secs": 's', "second": 's', "seconds": 's',
	"m": 'm', "min": 'm', "mins": 'm', "minute": 'm', "minutes": 'm',
	"h": 'h', "hr": 'h', "hrs": 'h', "hour": 'h', "hours": 'h',
	"d": 'd', "day": 'd', "days": 'd', "w": 'w', "week": 'w', "weeks": 'w',
	"month": 'M', "months": 'M', "y": 'y', "year": 'y', "years": 'y',
}

// add adds some halves of a unit; false where there is no such unit, or it has no
// half.
func (l *length) add(halves int, unit string) bool {
	u, ok := units[unit]
	if !ok || halves%2 != 0 && u != 'h' && u != 'm' && u != 'y' {
		return false
	}
	n := halves / 2
	switch u {
	case 's':
		l.exact += time.Duration(n) * time.Second
	case 'm':
		l.exact += time.Duration(halves) * (time.Minute / 2)
	case 'h':
		l.exact += time.Duration(halves) * (time.Hour / 2)
	case 'd':
		l.days += n
	case 'w':
		l.days += 7 * n
	case 'M':
		l.months += n
	case 'y':
		l.months += 6 * halves
	}
	return true
}

func (p *parser) setDay(days int) bool {
	if p.date != nil {
		return false
	}
	y, m, d := p.now.Date()
	day := time.Date(y, m, d+days, 0, 0, 0, 0, p.now.Location())
	p.date = &day
	return true
}

func (p *parser) dayWord() bool {
	switch p.word(0) {
	case "today":
		return p.setDay(0) && p.take(1)
	case "tonight":
		p.part = 20 * time.Hour
		return p.setDay(0) && p.take(1)
	case "tomorrow", "tmrw":
		return p.setDay(1) && p.take(1)
	case "next":
		return p.nextUnit()
	case "day":
		return p.word(1) == "after" && p.word(2) == "tomorrow" && p.setDay(2) && p.take(3)
	}
	return false
}

func (p *parser) nextUnit() bool {
	months, days := 0, 0
	switch p.word(1) {
	case "week":
		days = 7 - (int(p.now.Weekday())+6)%7 // Monday
	case "month":
		months = 1
	case "year":
		months = 12
	default:
		if _, ok := weekdays[p.word(1)]; ok {
			p.next = true
			return p.take(1)
		}
		return false
	}
	if !p.setDay(days) {
		return false
	}
	if months > 0 {
		r := Recurrence{Frequency: Monthly, Day: p.now.Day(), zone: p.now.Location()}
		day := r.inMonth(p.now.Year(), p.now.Month()+time.Month(months))
		p.date = &day
	}
	return p.take(2)
}

func (p *parser) partOfDay() bool {
	clock, ok := map[string]time.Duration{
		"morning": 9 * time.Hour, "afternoon": 15 * time.Hour, "evening": 18 * time.Hour, "night": 20 * time.Hour,
	}[p.word(0)]
	if !ok || p.part != 0 {
		return false
	}
	p.part = clock
	return p.take(1)
}
