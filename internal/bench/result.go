package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
)

// Measure is one number of a run.
type Measure struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	// Bar is what the value must reach; 0: none. AtMost says from which side.
	Bar    float64 `json:"bar,omitempty"`
	AtMost bool    `json:"at_most,omitempty"`
}

// Summary is a measure over all runs: the median, and how far the runs lay apart.
type Summary struct {
	Measure
	Lowest  float64   `json:"lowest"`
	Highest float64   `json:"highest"`
	Runs    []float64 `json:"runs"`
}

// Report is what a mode found.
type Report struct {
	Mode     string    `json:"mode"`
	Setting  string    `json:"setting"`
	Measures []Summary `json:"measures"`
}

func summarize(mode, setting string, runs [][]Measure) Report {
	r := Report{Mode: mode, Setting: setting}
	for i, m := range runs[0] {
		s := Summary{Measure: m}
		for _, run := range runs {
			s.Runs = append(s.Runs, run[i].Value)
		}
		sorted := slices.Sorted(slices.Values(s.Runs))
		s.Lowest, s.Highest = sorted[0], sorted[len(sorted)-1]
		s.Value = sorted[len(sorted)/2]
		r.Measures = append(r.Measures, s)
	}
	return r
}

// Verdict is "met" or "MISSED" of a measure with a bar.
func (s Summary) Verdict() string {
	switch {
	case s.Bar == 0:
		return ""
	case s.AtMost == (s.Value <= s.Bar) || s.Value == s.Bar:
		return "met"
	}
	return "MISSED"
}

// WriteTable prints the report for people.
func (r Report) WriteTable(w io.Writer) {
	fmt.Fprintf(w, "%s: %s, %d runs\n", r.Mode, r.Setting, len(r.Measures[0].Runs))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, m := range r.Measures {
		fmt.Fprintf(t, "  %s\t%s %s\t%s … %s\t%s\n", m.Name, digits(m.Value), m.Unit, digits(m.Lowest), digits(m.Highest), m.bar())
	}
	t.Flush()
}

// WriteMarkdown prints the report as docs/benchmarks.md shows it.
func (r Report) WriteMarkdown(w io.Writer) error {
	_, err := fmt.Fprintf(w, "\n### %s\n\n%s; %d runs.\n\n| | median | lowest … highest | bar |\n| --- | --- | --- | --- |\n",
		r.Mode, r.Setting, len(r.Measures[0].Runs))
	for _, m := range r.Measures {
		if err == nil {
			_, err = fmt.Fprintf(w, "| %s | %s %s | %s … %s | %s |\n", m.Name, digits(m.Value), m.Unit, digits(m.Lowest), digits(m.Highest), m.bar())
		}
	}
	return err
}

func (s Summary) bar() string {
	if s.Bar == 0 {
		return ""
	}
	sign := "≥"
	if s.AtMost {
		sign = "≤"
	}
	return fmt.Sprintf("%s %s: %s", sign, digits(s.Bar), s.Verdict())
}

// digits writes a number with as many digits as mean something.
func digits(v float64) string {
	if v >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// WriteJSON prints the report as one line.
func (r Report) WriteJSON(w io.Writer) error { return json.NewEncoder(w).Encode(r) }
