package when

import (
	"strconv"
	"strings"
	"time"
)

var weekdays, months = weekdayWords(), monthWords()

func weekdayWords() map[string]time.Weekday {
	words := map[string]time.Weekday{"tues": time.Tuesday, "thur": time.Thursday, "thurs": time.Thursday}
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		words[name], words[name+"s"], words[name[:3]] = d, d, d
	}
	return words
}

func monthWords() map[string]time.Month {
	words := map[string]time.Month{"sept": time.September}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		words[name], words[name[:3]] = m, m
	}
	return words
}

func (p *parser) weekday() bool {
	d, ok := weekdays[p.word(0)]
	if !ok || len(p.weekdays) == 7 {
		return false
	}
	p.weekdays = append(p.weekdays, d)
	return p.take(1)
}

// readDate reads "2026-12-24", "12/24/2026", "december 24th", "24 december" with
// or without a year, and "15th".
func (p *parser) readDate() bool {
	if p.date != nil || p.monthDay != 0 {
		return false
	}
	for _, layout := range []string{time.DateOnly, "1/2/2006", "1/2/06"} {
		if day, err := time.ParseInLocation(layout, p.word(0), p.now.Location()); err == nil {
			p.date = &day
			return p.take(1)
		}
	}
	if day, err := time.ParseInLocation("1/2", p.word(0), p.now.Location()); err == nil {
		return p.setDate(0, day.Month(), day.Day()) && p.take(1)
	}
	month, first := months[p.word(0)]
	day, second := dayNumber(p.word(1))
	if !first {
		skip := 1
		if p.word(1) == "of" {
			skip = 2
		}
		var ordinal bool
		day, second = dayNumber(p.word(0))
		ordinal = second && !allDigits(p.word(0))
		if month, first = months[p.word(skip)]; !first {
			if !ordinal {
				return false
			}
			p.monthDay = day
			return p.take(1)
		}
		p.at += skip - 1
	}
	if !first || !second {
		return false
	}
	if year, err := strconv.Atoi(p.word(2)); err == nil && year >= 1970 && year < 3000 {
		return p.setDate(year, month, day) && p.take(3)
	}
	return p.setDate(0, month, day) && p.take(2)
}

// setDate sets a date; year 0: this one or the next.
func (p *parser) setDate(year int, month time.Month, day int) bool {
	p.noYear = year == 0
	if p.noYear {
		year = p.now.Year()
	}
	date := time.Date(year, month, day, 0, 0, 0, 0, p.now.Location())
	if date.Month() != month {
		return false
	}
	p.date = &date
	return true
}

// dayNumber reads "24" or "24th".
func dayNumber(w string) (int, bool) {
	digits := strings.TrimRight(w, "stndrh")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 31 {
		return 0, false
	}
	switch strings.TrimPrefix(w, digits) {
	case "", "st", "nd", "rd", "th":
		return n, true
	}
	return 0, false
}

func allDigits(w string) bool { return strings.Trim(w, "0123456789") == "" }

// readClock reads "9", "9am", "9:30pm", "17:30", "noon" and "midnight".
func (p *parser) readClock() bool {
	if p.clock != nil {
		return false
	}
	clock, ok := clockOf(p.word(0))
	if !ok {
		return false
	}
	p.clock = &clock
	return p.take(1)
}

func clockOf(w string) (time.Duration, bool) {
	switch w {
	case "noon", "midday":
		return 12 * time.Hour, true
	case "midnight":
		return 0, true
	}
	half := ""
	for _, suffix := range []string{"am", "pm"} {
		if rest, ok := strings.CutSuffix(w, suffix); ok {
			w, half = rest, suffix
		}
	}
	hours, minutes, hasMinutes := strings.Cut(w, ":")
	h, err := strconv.Atoi(hours)
	m, err2 := 0, error(nil)
	if hasMinutes {
		m, err2 = strconv.Atoi(minutes)
		if len(minutes) != 2 {
			return 0, false
		}
	}
	if err != nil || err2 != nil || len(hours) > 2 || h < 0 || h > 23 || m < 0 || m > 59 || half != "" && (h < 1 || h > 12) {
		return 0, false
	}
	if half != "" {
		h %= 12
		if half == "pm" {
			h += 12
		}
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, true
}
