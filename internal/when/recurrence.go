package when

import (
	"slices"
	"strings"
	"time"
)

// The frequencies.
const (
	Daily   = "daily"
	Weekly  = "weekly"
	Monthly = "monthly"
	Yearly  = "yearly"
)

// Recurrence is a time that comes again and again: the same by the clock on the
// wall, in its zone, whatever summer time does.
type Recurrence struct {
	Frequency string
	Weekdays  []time.Weekday // of Weekly
	Month     time.Month     // of Yearly
	Day       int            // of Monthly and Yearly; a shorter month has its last day in its place
	Clock     time.Duration  // since midnight
	Zone      string

	zone *time.Location
}

func (p *parser) recurrence() bool {
	if p.every != "" {
		return false
	}
	switch w := p.word(0); w {
	case Daily, Weekly, Monthly, Yearly:
		p.every = w
		return p.take(1)
	case "annually":
		p.every = Yearly
		return p.take(1)
	case "weekdays":
		p.every, p.weekdays = Weekly, workdays()
		return p.take(1)
	case "every", "each":
		p.at++
		return p.everyUnit()
	}
	return false
}

func workdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

func (p *parser) everyUnit() bool {
	switch w := p.word(0); w {
	case "day":
		p.every = Daily
	case "week":
		p.every = Weekly
	case "month":
		p.every = Monthly
	case "year":
		p.every = Yearly
	case "weekday", "workday":
		p.every, p.weekdays = Weekly, workdays()
	case "morning", "afternoon", "evening", "night":
		p.every = Daily
		return p.partOfDay()
	default:
		if _, ok := weekdays[w]; ok {
			p.every = Weekly
			return true // the weekday is read next
		}
		if _, ok := months[w]; ok {
			p.every = Yearly
			return true
		}
		if n, ok := dayNumber(w); ok && !allDigits(w) {
			p.every, p.monthDay = Monthly, n
			return p.take(1)
		}
		return false
	}
	return p.take(1)
}

// Next is the first time after the given one.
func (r *Recurrence) Next(after time.Time) time.Time {
	zone := r.location()
	local := after.In(zone)
	y, m, d := local.Date()
	for i := range 400 {
		var day time.Time
		switch r.Frequency {
		case Yearly:
			day = r.inMonth(y+i, r.Month)
		case Monthly:
			day = r.inMonth(y, m+time.Month(i))
		default:
			day = time.Date(y, m, d+i, 0, 0, 0, 0, zone)
		}
		at := on(day, r.Clock)
		if at.After(after) && (r.Frequency != Weekly || slices.Contains(r.Weekdays, day.Weekday())) {
			return at
		}
	}
	return after.AddDate(1, 0, 0) // of a recurrence that is none; it doesn't come up at once again
}

// inMonth is the recurrence's day of a month; the month may be beyond December.
func (r *Recurrence) inMonth(y int, m time.Month) time.Time {
	last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(y, m, min(r.Day, last), 0, 0, 0, 0, r.location())
}

func (r *Recurrence) location() *time.Location {
	if r.zone != nil {
		return r.zone
	}
	if zone, err := time.LoadLocation(r.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// WeekdayNames are the weekdays as Slack writes them.
func (r *Recurrence) WeekdayNames() []string {
	var names []string
	for _, d := range r.Weekdays {
		names = append(names, strings.ToLower(d.String()))
	}
	return names
}

// Repeat makes a moment recur, from its own clock and day on; false where the
// frequency or a weekday is none.
func (m *Moment) Repeat(frequency string, names []string) bool {
	r := &Recurrence{Frequency: frequency, zone: m.At.Location(), Zone: m.At.Location().String()}
	switch frequency {
	case Daily, Weekly, Monthly, Yearly:
	default:
		return false
	}
	for _, name := range names {
		d, ok := weekdays[strings.ToLower(name)]
		if !ok || frequency != Weekly {
			return false
		}
		if !slices.Contains(r.Weekdays, d) {
			r.Weekdays = append(r.Weekdays, d)
		}
	}
	if frequency == Weekly && len(r.Weekdays) == 0 {
		r.Weekdays = []time.Weekday{m.At.Weekday()}
	}
	h, min, _ := m.At.Clock()
	r.Clock = time.Duration(h)*time.Hour + time.Duration(min)*time.Minute
	_, r.Month, r.Day = m.At.Date()
	m.At, m.Every = r.Next(m.At.Add(-time.Second)), r
	return true
}
