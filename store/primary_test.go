package store

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestChoosePrimary: which of the servers is written, and why none is.
func TestChoosePrimary(t *testing.T) {
	server := func(name string, f finding) finding {
		f.server = &mysqlHost{address: name}
		f.flushAtCommit = 1
		f.hasTables = true
		return f
	}
	replica := func(term int64) finding {
		return server("replica", finding{term: term, mysqlServer: mysqlServer{readOnly: true}})
	}
	writable := func(name string, term int64) finding { return server(name, finding{term: term}) }
	gone := server("gone", finding{err: errors.New("refused")})
	forgets := writable("forgets", 1)
	forgets.flushAtCommit = 2
	for name, c := range map[string]struct {
		found []finding
		known int64
		want  string // a server, or what is said of why not
	}{
		"one":                             {[]finding{writable("a", 1)}, 1, "a"},
		"a new one, without a schema":     {[]finding{writable("a", 0)}, 0, "a"},
		"the primary":                     {[]finding{replica(1), writable("a", 1)}, 1, "a"},
		"one that doesn't answer":         {[]finding{gone, writable("a", 1)}, 1, "a"},
		"the later term":                  {[]finding{writable("old", 1), writable("new", 2)}, 2, "new"},
		"an old one alone":                {[]finding{writable("old", 1), gone}, 2, "it was the primary in term 1, and it is term 2 now"},
		"another database":                {[]finding{writable("empty", 0)}, 3, "term 0"},
		"replicas alone":                  {[]finding{replica(1), replica(1)}, 1, "it is read-only"},
		"two":                             {[]finding{writable("a", 1), writable("b", 1)}, 1, "a and b are both writable"},
		"one that forgets":                {[]finding{forgets}, 1, "innodb_flush_log_at_trx_commit is 2"},
		"a term that only a replica has":  {[]finding{replica(2), writable("a", 1)}, 2, "it is term 2 now"},
		"none that answers":               {[]finding{gone, gone}, 1, "refused"},
		"two, of which one was announced": {[]finding{writable("a", 2), writable("b", 2)}, 2, "are both writable"},
	} {
		t.Run(name, func(t *testing.T) {
			best, err := choose(c.found, c.known)
			if err == nil && best.server.address != c.want || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("chose %+v, %v, want %s", best, err, c.want)
			}
			if err != nil && !errors.Is(err, errNoPrimary) {
				t.Errorf("%v doesn't say that there is none", err)
			}
		})
	}
}

func TestServersOfADSN(t *testing.T) {
	for dsn, want := range map[string]string{
		"u:p@tcp(a:3306)/d":            "a:3306",
		"u:p@tcp(a:3306,b)/d":          "a:3306 b:3306",
		"u:p(1,2)@tcp(a:1, b:2)/d?x=y": "a:1 b:2",
		"u:p@/d":                       "127.0.0.1:3306",
		"u:p@unix(/run/sock)/d":        "/run/sock",
		"u:p@tcp([::1]:1,[::2]:2)/d":   "[::1]:1 [::2]:2",
	} {
		p, err := openPrimary(dsn, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Errorf("%s: %v", dsn, err)
			continue
		}
		var got []string
		for _, h := range p.servers {
			got = append(got, h.address)
			if h.config.DBName != "d" || h.config.User != "u" {
				t.Errorf("%s: %s has database %q, user %q", dsn, h.address, h.config.DBName, h.config.User)
			}
		}
		p.close()
		if strings.Join(got, " ") != want {
			t.Errorf("%s names %q, want %q", dsn, got, want)
		}
	}
	if _, err := openPrimary("nonsense", nil); err == nil {
		t.Error("nonsense is a DSN")
	}
}

func TestOverridesReadOnly(t *testing.T) {
	for grant, want := range map[string]bool{
		"GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION":   true,
		"GRANT SELECT, SUPER ON *.* TO `x`@`%`":                         true,
		"GRANT READ_ONLY ADMIN ON *.* TO `x`@`%`":                       true,
		"GRANT CONNECTION_ADMIN,ROLE_ADMIN ON *.* TO `x`@`%`":           true,
		"GRANT USAGE ON *.* TO `taut`@`%` IDENTIFIED BY PASSWORD '*0'":  false,
		"GRANT ALL PRIVILEGES ON `taut`.* TO `taut`@`%`":                false,
		"GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION": false,
		"nothing that is known":                                         false,
	} {
		if got := overridesReadOnly(grant); got != want {
			t.Errorf("%s: %v", grant, got)
		}
	}
}

// TestRivals: who was writable beside another is waited for while it is silent, and
// only then.
func TestRivals(t *testing.T) {
	a, b, c := &mysqlHost{address: "a"}, &mysqlHost{address: "b"}, &mysqlHost{address: "c"}
	durable := mysqlServer{flushAtCommit: 1}
	writable := func(h *mysqlHost) finding { return finding{server: h, mysqlServer: durable} }
	readOnly := func(h *mysqlHost) finding { return finding{server: h, mysqlServer: mysqlServer{readOnly: true}} }
	gone := func(h *mysqlHost) finding { return finding{server: h, err: errors.New("refused")} }
	r, begin := rivals{}, time.Now()
	for i, step := range []struct {
		found []finding
		met   bool
		after time.Duration
		waits *mysqlHost // whom b waits for
	}{
		{[]finding{writable(a), readOnly(b), gone(c)}, false, 0, nil},
		{[]finding{writable(a), writable(b), gone(c)}, true, 0, nil}, // c is no rival
		{[]finding{gone(a), writable(b), gone(c)}, false, time.Second, a},
		{[]finding{gone(a), gone(b), gone(c)}, false, rivalPatience, a},
		{[]finding{gone(a), writable(b), gone(c)}, false, rivalPatience + time.Second, nil},
		{[]finding{writable(a), writable(b), gone(c)}, true, 2 * rivalPatience, nil},
		{[]finding{gone(a), writable(b), gone(c)}, false, 3 * rivalPatience, a}, // from when it fell silent again
		{[]finding{readOnly(a), writable(b), gone(c)}, false, 3*rivalPatience + 1, nil},
		{[]finding{gone(a), writable(b), gone(c)}, false, 3*rivalPatience + 2, nil}, // it had said that it is none
	} {
		now := begin.Add(step.after)
		r.note(step.found, 0, step.met, now)
		if waits, _ := r.silent(b, now); waits != step.waits {
			t.Errorf("step %d: b waits for %+v, want %+v", i, waits, step.waits)
		}
	}
}
