package when

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

const layout = "Mon 2006-01-02 15:04:05"

func TestParse(t *testing.T) {
	now := time.Date(2026, 11, 18, 14, 30, 0, 0, berlin(t)) // a Wednesday
	for text, want := range map[string]string{
		"60":                           "Wed 2026-11-18 14:31:00",
		"1795040000":                   "Wed 2026-11-18 23:13:20",
		"in 5 minutes":                 "Wed 2026-11-18 14:35:00",
		"In 15 minutes,":               "Wed 2026-11-18 14:45:00",
		"in an hour":                   "Wed 2026-11-18 15:30:00",
		"in half an hour":              "Wed 2026-11-18 15:00:00",
		"in 1.5 hours":                 "Wed 2026-11-18 16:00:00",
		"in 2 hours and 10 minutes":    "Wed 2026-11-18 16:40:00",
		"in 90 secs":                   "Wed 2026-11-18 14:31:30",
		"in 5m":                        "Wed 2026-11-18 14:35:00",
		"in 2h 5m":                     "Wed 2026-11-18 16:35:00",
		"in three days":                "Sat 2026-11-21 14:30:00",
		"in 3 days at noon":            "Sat 2026-11-21 12:00:00",
		"in a week":                    "Wed 2026-11-25 14:30:00",
		"in 2 months":                  "Mon 2027-01-18 14:30:00",
		"20 minutes from now":          "Wed 2026-11-18 14:50:00",
		"tomorrow":                     "Thu 2026-11-19 09:00:00",
		"tomorrow at 9am":              "Thu 2026-11-19 09:00:00",
		"tomorrow at 9:30 p.m.":        "Thu 2026-11-19 21:30:00",
		"9am tomorrow":                 "Thu 2026-11-19 09:00:00",
		"tomorrow morning":             "Thu 2026-11-19 09:00:00",
		"tomorrow evening":             "Thu 2026-11-19 18:00:00",
		"tonight":                      "Wed 2026-11-18 20:00:00",
		"today at 17:45":               "Wed 2026-11-18 17:45:00",
		"at 5pm":                       "Wed 2026-11-18 17:00:00",
		"at 2pm":                       "Thu 2026-11-19 14:00:00",
		"noon":                         "Thu 2026-11-19 12:00:00",
		"at midnight":                  "Thu 2026-11-19 00:00:00",
		"12am":                         "Thu 2026-11-19 00:00:00",
		"on friday":                    "Fri 2026-11-20 09:00:00",
		"Friday at 3pm":                "Fri 2026-11-20 15:00:00",
		"on wednesday":                 "Wed 2026-11-25 09:00:00",
		"wednesday at 6pm":             "Wed 2026-11-18 18:00:00",
		"next wednesday at 6pm":        "Wed 2026-11-25 18:00:00",
		"next week":                    "Mon 2026-11-23 09:00:00",
		"next month":                   "Fri 2026-12-18 09:00:00",
		"the day after tomorrow":       "Fri 2026-11-20 09:00:00",
		"2026-12-24 at 18:00":          "Thu 2026-12-24 18:00:00",
		"on december 24th":             "Thu 2026-12-24 09:00:00",
		"24 december 2027 at 8am":      "Fri 2027-12-24 08:00:00",
		"the 24th of december":         "Thu 2026-12-24 09:00:00",
		"12/24/2026":                   "Thu 2026-12-24 09:00:00",
		"january 5":                    "Tue 2027-01-05 09:00:00",
		"on the 3rd":                   "Thu 2026-12-03 09:00:00",
		"every day":                    "Thu 2026-11-19 09:00:00",
		"every day at 4pm":             "Wed 2026-11-18 16:00:00",
		"every thursday":               "Thu 2026-11-19 09:00:00",
		"every monday and friday at 8": "Fri 2026-11-20 08:00:00",
		"mondays":                      "Mon 2026-11-23 09:00:00",
		"every weekday at 2pm":         "Thu 2026-11-19 14:00:00",
		"every week":                   "Wed 2026-11-25 09:00:00",
		"every month on the 31st":      "Mon 2026-11-30 09:00:00",
		"every 15th":                   "Tue 2026-12-15 09:00:00",
		"every year on november 18":    "Thu 2027-11-18 09:00:00",
		"every january 1st at noon":    "Fri 2027-01-01 12:00:00",
		"at 9am every morning":         "Thu 2026-11-19 09:00:00",
		"":                             "", "soon": "", "in": "", "in 5": "", "in five bananas": "", "yesterday": "", "0": "", "-5": "",
		"1500000000": "", "9999999999": "", "today at 9am": "", "at 25:00": "", "at 13pm": "", "every 5 minutes": "", "every": "",
		"tomorrow today": "", "in 5 minutes tomorrow": "", "february 30": "", "2020-01-01": "", "in 1.3 hours": "", "in half a day": "",
		"monday friday": "", "every month monday": "", "in 999999999 years": "", "in 9 years": "",
		"on": "", "at": "", "On.": "", "at .": "", "every week on": "", "friday at": "", "on the": "",
	} {
		m, err := Parse(text, now)
		got := ""
		if err == nil {
			got = m.At.Format(layout)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Clocks that change move no recurring time by the clock on the wall.
func TestRecurrenceOverSummerTime(t *testing.T) {
	zone := berlin(t)
	m, err := Parse("every day at 9am", time.Date(2026, 3, 27, 12, 0, 0, 0, zone))
	if err != nil {
		t.Fatal(err)
	}
	m.Every.zone = nil // as read from the database
	at := m.At
	for _, want := range []string{"Sat 2026-03-28 09:00:00", "Sun 2026-03-29 09:00:00", "Mon 2026-03-30 09:00:00"} {
		if got := at.Format(layout); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		at = m.Every.Next(at)
	}
	// 02:30 is skipped on the 29th: once an hour later, then as before.
	m, _ = Parse("every day at 2:30", time.Date(2026, 3, 28, 12, 0, 0, 0, zone))
	next := m.Every.Next(m.At)
	if got := m.At.Format(layout) + ", " + next.Format(layout); got != "Sun 2026-03-29 03:30:00, Mon 2026-03-30 02:30:00" {
		t.Errorf("over the gap: %s", got)
	}
	// 02:30 comes twice on 25 October: one time.
	m, _ = Parse("every day at 2:30", time.Date(2026, 10, 24, 12, 0, 0, 0, zone))
	if next := m.Every.Next(m.At); next.Format(layout) != "Mon 2026-10-26 02:30:00" {
		t.Errorf("after the doubled hour: %s", next.Format(layout))
	}
}

func TestNext(t *testing.T) {
	at := time.Date(2028, 1, 31, 9, 0, 0, 0, time.UTC)
	monthly := &Recurrence{Frequency: Monthly, Day: 31, Clock: 9 * time.Hour}
	if got := monthly.Next(at).Format(layout); got != "Tue 2028-02-29 09:00:00" {
		t.Errorf("after the 31st: %s", got)
	}
	yearly := &Recurrence{Frequency: Yearly, Month: time.February, Day: 29, Clock: 9 * time.Hour}
	if got := yearly.Next(time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC)).Format(layout); got != "Wed 2029-02-28 09:00:00" {
		t.Errorf("after a leap day: %s", got)
	}
	m := Moment{At: time.Date(2026, 11, 18, 14, 30, 0, 0, berlin(t))}
	if !m.Repeat("weekly", []string{"monday", "Friday"}) || m.At.Format(layout) != "Fri 2026-11-20 14:30:00" {
		t.Errorf("repeated: %v", m.At)
	}
	if m.Repeat("hourly", nil) || m.Repeat("daily", []string{"monday"}) || m.Repeat("weekly", []string{"noday"}) {
		t.Error("what is no recurrence was taken")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"in 5m and 3h", "every monday and friday at 8", "24th of december 2026 at 9:30 pm", "next week", "5d from now"} {
		f.Add(text)
	}
	now := time.Date(2026, 11, 18, 14, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse(text, now)
		if err != nil {
			return
		}
		if !m.At.After(now) {
			t.Errorf("%q is over: %v", text, m.At)
		}
		if m.Every != nil && !m.Every.Next(m.At).After(m.At) {
			t.Errorf("%q stands still", text)
		}
	})
}
