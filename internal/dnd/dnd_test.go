package dnd

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"
)

func prefs(pairs ...string) map[string]json.RawMessage {
	p := map[string]json.RawMessage{"dnd_enabled": json.RawMessage("true")}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return p
}

func zone(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestPeriod(t *testing.T) {
	z := zone(t)
	night := prefs("dnd_start_hour", `"22:00"`, "dnd_end_hour", `"8:00"`)
	week := prefs("dnd_start_hour", `"22:00"`, "dnd_end_hour", `"8:00"`, "dnd_days", `"weekdays"`)
	const layout = "01-02 15:04 -07"
	for _, c := range []struct {
		name  string
		prefs map[string]json.RawMessage
		now   time.Time
		want  string
	}{
		{"by day", night, time.Date(2026, 11, 18, 14, 0, 0, 0, z), "11-18 22:00 +01, 11-19 08:00 +01"},
		{"at night", night, time.Date(2026, 11, 18, 23, 0, 0, 0, z), "11-18 22:00 +01, 11-19 08:00 +01"},
		{"after midnight", night, time.Date(2026, 11, 19, 1, 0, 0, 0, z), "11-18 22:00 +01, 11-19 08:00 +01"},
		{"at its end", night, time.Date(2026, 11, 19, 8, 0, 0, 0, z), "11-19 22:00 +01, 11-20 08:00 +01"},
		{"into summer time", night, time.Date(2026, 3, 28, 12, 0, 0, 0, z), "03-28 22:00 +01, 03-29 08:00 +02"},
		{"out of summer time", night, time.Date(2026, 10, 25, 2, 30, 0, 0, z), "10-24 22:00 +02, 10-25 08:00 +01"},
		{"seen from elsewhere", night, time.Date(2026, 11, 18, 22, 0, 0, 0, time.UTC), "11-18 22:00 +01, 11-19 08:00 +01"},
		{"at noon", prefs("dnd_start_hour", `"12:00"`, "dnd_end_hour", `"13:30"`), time.Date(2026, 11, 18, 14, 0, 0, 0, z), "11-19 12:00 +01, 11-19 13:30 +01"},
		{"friday evening", week, time.Date(2026, 11, 20, 21, 0, 0, 0, z), "11-20 22:00 +01, 11-23 08:00 +01"},
		{"sunday", week, time.Date(2026, 11, 22, 12, 0, 0, 0, z), "11-20 22:00 +01, 11-23 08:00 +01"},
		{"custom", prefs("dnd_days", `"custom"`, "dnd_enabled_friday", `"partial"`, "dnd_before_friday", `"9:00"`, "dnd_after_friday", `"17:00"`,
			"dnd_enabled_saturday", `"all_day"`), time.Date(2026, 11, 20, 12, 0, 0, 0, z), "11-20 17:00 +01, 11-22 00:00 +01"},
		{"never", prefs("dnd_days", `"custom"`), time.Date(2026, 11, 20, 12, 0, 0, 0, z), ""},
		{"the same hour", prefs("dnd_start_hour", `"8:00"`, "dnd_end_hour", `"8:00"`), time.Date(2026, 11, 20, 12, 0, 0, 0, z), ""},
		{"nonsense", prefs("dnd_start_hour", `"25:00"`, "dnd_end_hour", `7`), time.Date(2026, 11, 18, 14, 0, 0, 0, z), "11-18 22:00 +01, 11-19 08:00 +01"},
		{"off", map[string]json.RawMessage{}, time.Date(2026, 11, 18, 14, 0, 0, 0, z), ""},
	} {
		start, end, ok := Read(c.prefs, z).Period(c.now)
		got := ""
		if ok {
			got = start.Format(layout) + ", " + end.Format(layout)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStatus(t *testing.T) {
	z := zone(t)
	s := Read(prefs(), z)
	now := time.Date(2026, 11, 18, 23, 0, 0, 0, z)
	evening, morning := time.Date(2026, 11, 18, 22, 0, 0, 0, z).Unix(), time.Date(2026, 11, 19, 8, 0, 0, 0, z)
	if got := s.Status(Pause{}, now); got != (Status{Enabled: true, NextStart: evening, NextEnd: morning.Unix()}) || !got.Quiet(now) {
		t.Errorf("at night: %+v", got)
	}
	// Ended early, the next period is the next evening's.
	ended := s.Status(Pause{Ended: morning}, now)
	if ended.NextStart != time.Date(2026, 11, 19, 22, 0, 0, 0, z).Unix() || ended.Quiet(now) {
		t.Errorf("ended: %+v", ended)
	}
	p := Pause{From: now, Until: now.Add(time.Hour)}
	got := Read(nil, z).Status(p, now)
	if got != (Status{NextStart: 1, NextEnd: 1, SnoozeEnabled: true, SnoozeEnd: now.Add(time.Hour).Unix(), SnoozeRemaining: 3600}) || !got.Quiet(now) {
		t.Errorf("paused: %+v", got)
	}
	if shown := got.Shown(p); shown != (Shown{true, now.Unix(), now.Add(time.Hour).Unix()}) {
		t.Errorf("paused, to others: %+v", shown)
	}
	if over := Read(nil, z).Status(p, now.Add(time.Hour)); over.SnoozeEnabled || over.Quiet(now.Add(time.Hour)) {
		t.Errorf("over: %+v", over)
	}
}
