// Package dnd says when a person does not want to be disturbed: by a schedule, in
// their time zone, and by a pause that they asked for. It is pure, and has no
// goroutines; webapi asks it for what dnd.* answer.
package dnd

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Schedule is a week of periods in which nobody is to be disturbed.
type Schedule struct {
	enabled bool
	zone    *time.Location
	days    [7][]span // by weekday
}

// span is a part of a day: from and to are since midnight, by the clock on the wall.
type span struct{ from, to time.Duration }

const day = 24 * time.Hour

// Read makes a schedule of the preferences that a person has set; what is absent
// or can't be read is as if it had never been set.
//
//	dnd_enabled                      whether there is a schedule at all
//	dnd_start_hour, dnd_end_hour     "22:00", "8:00": quiet from the one to the other
//	dnd_days                         "every_day"; "weekdays": quiet at weekends all day;
//	                                 "custom": each day by those below
//	dnd_enabled_monday …             "partial": by the two below; "all_day": quiet all day; "off": never
//	dnd_before_monday, dnd_after_monday   quiet before the one and after the other
func Read(prefs map[string]json.RawMessage, zone *time.Location) Schedule {
	s := Schedule{zone: zone}
	if json.Unmarshal(prefs["dnd_enabled"], &s.enabled) != nil || !s.enabled {
		return s
	}
	daily := between(clock(prefs, "dnd_start_hour", 22*time.Hour), clock(prefs, "dnd_end_hour", 8*time.Hour))
	for d := time.Sunday; d <= time.Saturday; d++ {
		switch text(prefs, "dnd_days") {
		case "weekdays":
			s.days[d] = daily
			if d == time.Saturday || d == time.Sunday {
				s.days[d] = []span{{0, day}}
			}
		case "custom":
			s.days[d] = custom(prefs, strings.ToLower(d.String()))
		default:
			s.days[d] = daily
		}
	}
	return s
}

// between is the part of each day from start to end, over midnight where end is
// the earlier one.
func between(start, end time.Duration) []span {
	if start == end {
		return nil
	}
	if start < end {
		return []span{{start, end}}
	}
	return []span{{0, end}, {start, day}}
}

func custom(prefs map[string]json.RawMessage, name string) []span {
	switch text(prefs, "dnd_enabled_"+name) {
	case "all_day":
		return []span{{0, day}}
	case "partial":
		return []span{{0, clock(prefs, "dnd_before_"+name, 8*time.Hour)}, {clock(prefs, "dnd_after_"+name, 22*time.Hour), day}}
	}
	return nil
}

func text(prefs map[string]json.RawMessage, name string) (s string) {
	if json.Unmarshal(prefs[name], &s) != nil {
		return ""
	}
	return s
}

// clock reads "8:00" or "22:30".
func clock(prefs map[string]json.RawMessage, name string, byDefault time.Duration) time.Duration {
	hours, minutes, ok := strings.Cut(text(prefs, name), ":")
	h, err := strconv.Atoi(hours)
	m, err2 := strconv.Atoi(minutes)
	if !ok || err != nil || err2 != nil || h < 0 || h > 24 || m < 0 || m > 59 || h == 24 && m > 0 {
		return byDefault
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}

// Period is the schedule's present period or, outside of one, the next; ok is
// false where there is none.
func (s Schedule) Period(now time.Time) (start, end time.Time, ok bool) {
	if !s.enabled {
		return start, end, false
	}
	local := now.In(s.zone)
	y, m, d := local.Date()
	for i := -8; i <= 8; i++ {
		midnight := time.Date(y, m, d+i, 0, 0, 0, 0, s.zone)
		for _, part := range s.days[midnight.Weekday()] {
			from, to := at(midnight, part.from), at(midnight, part.to)
			if !from.Before(to) {
				continue
			}
			if !ok || from.After(end) {
				if ok && end.After(now) {
					return start, end, true
				}
				start, ok = from, true
			}
			end = to
		}
	}
	return start, end, ok && end.After(now)
}

// at is a time of a day by the clock on the wall, which on some days has an hour
// less or more.
func at(midnight time.Time, c time.Duration) time.Time {
	y, m, d := midnight.Date()
	return time.Date(y, m, d, int(c/time.Hour), int(c/time.Minute%60), 0, 0, midnight.Location())
}

// Pause is what a person asked for beside the schedule.
type Pause struct {
	From, Until time.Time // zero Until: none
	Ended       time.Time // up to when the schedule's period, ended early, is passed over
}

// Status is a person's, as dnd.info tells it. Times are in seconds; 1: never.
type Status struct {
	Enabled         bool  `json:"dnd_enabled"`
	NextStart       int64 `json:"next_dnd_start_ts"`
	NextEnd         int64 `json:"next_dnd_end_ts"`
	SnoozeEnabled   bool  `json:"snooze_enabled"`
	SnoozeEnd       int64 `json:"snooze_endtime,omitempty"`
	SnoozeRemaining int64 `json:"snooze_remaining,omitempty"`
}

// Shown is what others see: a pause looks like the schedule's period.
type Shown struct {
	Enabled   bool  `json:"dnd_enabled"`
	NextStart int64 `json:"next_dnd_start_ts"`
	NextEnd   int64 `json:"next_dnd_end_ts"`
}

// Status is the person's at a time.
func (s Schedule) Status(p Pause, now time.Time) Status {
	status := Status{Enabled: s.enabled, NextStart: 1, NextEnd: 1}
	start, end, ok := s.Period(now)
	if ok && !start.After(now) && !p.Ended.Before(end) {
		start, end, ok = s.Period(end)
	}
	if ok {
		status.NextStart, status.NextEnd = start.Unix(), end.Unix()
	}
	if p.Until.After(now) {
		status.SnoozeEnabled, status.SnoozeEnd = true, p.Until.Unix()
		status.SnoozeRemaining = int64(p.Until.Sub(now).Round(time.Second) / time.Second)
	}
	return status
}

// Shown is the status as others see it.
func (s Status) Shown(p Pause) Shown {
	if s.SnoozeEnabled {
		return Shown{true, p.From.Unix(), s.SnoozeEnd}
	}
	return Shown{s.Enabled, s.NextStart, s.NextEnd}
}

// Quiet tells whether nobody is to disturb now.
func (s Status) Quiet(now time.Time) bool {
	return s.SnoozeEnabled || s.NextStart <= now.Unix() && now.Unix() < s.NextEnd
}
