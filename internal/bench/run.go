//go:build linux

package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Options say what to load and how.
type Options struct {
	URL      string // of the server, http://127.0.0.1:PORT
	Ops      string // of its operator's listener, to collect garbage before memory is read; may be ""
	PID      int
	Seed     string // the file that `taut seed --out` wrote
	Mode     string
	Duration time.Duration // of each run's measured part
	Runs     int
	Rate     int // messages/s of fanout
	Posters  int // connections that post at once
	Clients  int // sockets of idle and reconnect
	// Of neighbour: the seed file of the workspace that floods, and the requests
	// per second that the server lets it make.
	FloodSeed  string
	FloodLimit int
	// Of failover: the servers that clients go to, and their operators' listeners.
	Others, OthersOps []string
	Profile           string // where the last run's CPU profile of the server goes; "": nowhere
	Progress          io.Writer
}

// Modes are the names that Options.Mode takes.
func Modes() []string {
	names := make([]string, 0, len(modes))
	for name := range modes {
		names = append(names, name)
	}
	return slices.Sorted(slices.Values(names))
}

// load is what a mode's run works with.
type load struct {
	Options
	host    string // of sockets
	api     string // host of the Web API
	people  *population
	process process
	run     int
	rush    bool // who comes back hardly waits for the others to be in
}

type mode struct {
	setting func(*load) string
	measure func(context.Context, *load) ([]Measure, error)
}

var modes = map[string]mode{
	"post":      {postSetting, measurePost},
	"fanout":    {fanoutSetting, measureFanout},
	"flood":     {floodSetting, measureFlood},
	"big":       {bigSetting, measureBig},
	"idle":      {idleSetting, measureIdle},
	"reconnect": {reconnectSetting, measureReconnect},
	"neighbour": {neighbourSetting, measureNeighbour},
	"failover":  {failoverSetting, measureFailover},
}

// Run runs the mode as often as is asked and sums up.
func Run(ctx context.Context, o Options) (Report, error) {
	m, ok := modes[o.Mode]
	if !ok {
		return Report{}, fmt.Errorf("no mode %q; there are %s", o.Mode, strings.Join(Modes(), ", "))
	}
	l, err := newLoad(o)
	if err != nil {
		return Report{}, err
	}
	var runs [][]Measure
	for l.run = range max(o.Runs, 1) {
		measures, err := m.measure(ctx, l)
		if err != nil {
			return Report{}, fmt.Errorf("%s, run %d: %w", o.Mode, l.run+1, err)
		}
		fmt.Fprintf(o.Progress, "%s, run %d: %s\n", o.Mode, l.run+1, brief(measures))
		runs = append(runs, measures)
	}
	return summarize(o.Mode, m.setting(l), runs), nil
}

func newLoad(o Options) (*load, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" {
		return nil, fmt.Errorf("server URL %q: want http://IPv4:PORT", o.URL)
	}
	people, err := readSeed(o.Seed)
	if err != nil {
		return nil, err
	}
	if err := awaitServer(o.URL); err != nil {
		return nil, err
	}
	return &load{Options: o, host: u.Host, api: u.Host, people: people, process: process{o.PID, strings.TrimSuffix(o.Ops, "/")}}, nil
}

// awaitServer lets a server that was just started come up.
func awaitServer(url string) error {
	client := http.Client{Timeout: time.Second}
	deadline := time.Now().Add(15 * time.Second)
	for {
		resp, err := client.Get(url + "/api/api.test")
		if err == nil {
			return resp.Body.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server does not answer: %w", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func brief(measures []Measure) string {
	var parts []string
	for _, m := range measures {
		parts = append(parts, fmt.Sprintf("%s %s %s", m.Name, digits(m.Value), m.Unit))
	}
	return strings.Join(parts, ", ")
}

// profile has the server profiled for a while, in the last run; what it gives
// back waits for the profile.
func (l *load) profile(d time.Duration) (wait func() error) {
	if l.Profile == "" || l.process.ops == "" || l.run < l.Runs-1 {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() { done <- l.process.profile(l.Profile, d) }()
	return func() error { return <-done }
}

// connect opens a socket for each user and counts what they get into a ledger.
func (l *load) connect(users []int32) (*poll, *ledger, error) {
	p, err := newPoll(l.host)
	if err != nil {
		return nil, nil, err
	}
	wanted := make(map[int32]bool, len(users))
	for _, u := range users {
		wanted[u] = true
	}
	led := newLedger(l.runName(), l.people, func(u int32) bool { return wanted[u] })
	p.frame = func(s *socket, payload []byte, now time.Time) { led.see(s.user, payload, now) }
	err = p.connectAll(users, l.token, func(int32) []byte { return nil }, time.Now().Add(2*time.Minute))
	if err != nil {
		p.close()
		return nil, nil, err
	}
	p.rest(2 * time.Second) // for what the server still does about the new sockets
	return p, led, nil
}

func (l *load) token(user int32) string { return l.people.tokens[user] }

// runName marks this run's messages, so that those of another aren't counted.
func (l *load) runName() string { return fmt.Sprintf("%s%d-%d", l.Mode, l.run, l.PID) }

// everyone is all users who are in a channel under test.
func (l *load) everyone() (users []int32) {
	for u, rooms := range l.people.rooms {
		if len(rooms) > 0 {
			users = append(users, int32(u))
		}
	}
	return users
}

// rest serves the sockets for a while.
func (p *poll) rest(d time.Duration) {
	p.run(time.Now().Add(d), func() bool { return false })
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func latencies(h *histogram) []Measure {
	return []Measure{
		{Name: "latency p50", Unit: "ms", Value: ms(h.quantile(0.50))},
		{Name: "latency p99", Unit: "ms", Value: ms(h.quantile(0.99))},
		{Name: "latency max", Unit: "ms", Value: ms(h.max)},
	}
}

// faults are the ledger's verdict; each must be 0.
func (l *ledger) faults() []Measure {
	return []Measure{
		{Name: "lost", Value: float64(l.lost())},
		{Name: "doubled", Value: float64(l.doubled)},
		{Name: "out of order", Value: float64(l.outOfOrder)},
	}
}
