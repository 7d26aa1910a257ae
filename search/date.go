package search

import (
	"strconv"
	"strings"
	"time"
)

// span is a time from one moment to just before another.
type span struct{ from, to time.Time }

// units are the words for pieces of the calendar.
var units = map[string]func(day time.Time) span{
	"day":   func(day time.Time) span { return span{day, day.AddDate(0, 0, 1)} },
	"week":  week,
	"month": func(day time.Time) span { return month(day.Year(), day.Month(), day.Location()) },
	"year":  func(day time.Time) span { return year(day.Year(), day.Location()) },
}

// week begins on Monday.
func week(day time.Time) span {
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	return span{monday, monday.AddDate(0, 0, 7)}
}

func month(y int, m time.Month, zone *time.Location) span {
	first := time.Date(y, m, 1, 0, 0, 0, 0, zone)
	return span{first, first.AddDate(0, 1, 0)}
}

func year(y int, zone *time.Location) span {
	return span{time.Date(y, 1, 1, 0, 0, 0, 0, zone), time.Date(y+1, 1, 1, 0, 0, 0, 0, zone)}
}

// dates are how days are written.
var dates = []string{"2006-01-02", "2006/01/02", "2006.01.02", "01/02/2006", "1/2/2006", "01-02-2006", "02.01.2006", "2.1.2006", "20060102",
	"2 January 2006", "January 2 2006", "2 Jan 2006", "Jan 2 2006", "2-Jan-2006"}

// months are how months of a year are written.
var months = []string{"2006-01", "2006/01", "January 2006", "Jan 2006", "January-2006", "Jan-2006", "2006-Jan"}

// dateSpan is the time that the value of a date's operator means, in the zone of
// now.
func dateSpan(value string, now time.Time) (span, bool) {
	value = strings.Join(strings.Fields(strings.ReplaceAll(value, ",", " ")), " ")
	zone := now.Location()
	for _, layout := range dates {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return units["day"](t), sensible(t.Year())
		}
	}
	for _, layout := range months {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return month(t.Year(), t.Month(), zone), sensible(t.Year())
		}
	}
	if y, err := strconv.Atoi(value); err == nil && len(value) == 4 {
		return year(y, zone), sensible(y)
	}
	return namedSpan(strings.ToLower(value), now)
}

// sensible keeps years within what a ts can say.
func sensible(year int) bool { return year >= 1970 && year < 2200 }

// namedSpan reads yesterday, this week, march, monday.
func namedSpan(name string, now time.Time) (span, bool) {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch name {
	case "today", "now":
		return units["day"](today), true
	case "yesterday":
		return units["day"](today.AddDate(0, 0, -1)), true
	}
	which, unit, two := strings.Cut(name, " ")
	if !two {
		which, unit = "this", name
	}
	if of, ok := units[unit]; ok && (which == "this" || which == "last" || which == "past") {
		s := of(today)
		if which != "this" {
			s = of(s.from.AddDate(0, 0, -1))
		}
		return s, true
	}
	if len(name) < 3 {
		return span{}, false
	}
	return calendarName(name, today)
}

// calendarName is the last month, or day of the week, of this name.
func calendarName(name string, today time.Time) (span, bool) {
	for m := time.January; m <= time.December; m++ {
		if full := strings.ToLower(m.String()); name == full || name == full[:3] {
			y := today.Year()
			if m > today.Month() {
				y--
			}
			return month(y, m, today.Location()), true
		}
	}
	for back := range 7 {
		day := today.AddDate(0, 0, -back)
		if full := strings.ToLower(day.Weekday().String()); name == full || name == full[:3] {
			return units["day"](day), true
		}
	}
	return span{}, false
}
