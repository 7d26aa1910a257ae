package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"taut/config"
	address "taut/internal/testenv/loopback"
	"taut/store"
)

// TestServers: what is said of the servers of a database, and how bad it is.
func TestServers(t *testing.T) {
	good := store.SemiSync{Enabled: true, Timeout: 49 * 24 * time.Hour, AfterSync: true, AlwaysWaits: true, Replicas: 1}
	primary := store.Server{Address: "a", Binlog: true, BinlogFormat: "ROW", SemiSync: good}
	replica := store.Server{Address: "b", Binlog: true, BinlogFormat: "ROW", ReadOnly: true}
	with := func(s store.Server, change func(*store.Server)) store.Server { change(&s); return s }
	for name, c := range map[string]struct {
		all   []store.Server
		worst Level
		says  string
	}{
		"one":                     {[]store.Server{{Address: "a"}}, OK, "on the disk"},
		"a pair":                  {[]store.Server{primary, replica}, OK, "on the disk, and on a replica"},
		"one that forgets":        {[]store.Server{{Address: "a", Lasting: errors.New("sync_binlog is 0")}}, Fail, "sync_binlog is 0"},
		"the one is gone":         {[]store.Server{{Address: "a", Err: errors.New("refused")}}, Fail, "a: refused"},
		"the replica is gone":     {[]store.Server{primary, {Address: "b", Err: errors.New("refused")}}, Warn, "b: refused"},
		"the primary is gone":     {[]store.Server{{Address: "a", Err: errors.New("refused")}, replica}, Fail, "a: refused"},
		"replicas alone":          {[]store.Server{replica, replica}, Fail, "all servers are read-only"},
		"two primaries":           {[]store.Server{primary, with(primary, func(s *store.Server) { s.Address = "b" })}, Fail, "2 servers can be written"},
		"no binary log":           {[]store.Server{primary, with(replica, func(s *store.Server) { s.Binlog = false })}, Fail, "b: it has no binary log"},
		"statements":              {[]store.Server{with(primary, func(s *store.Server) { s.BinlogFormat = "STATEMENT" })}, Fail, "STATEMENT"},
		"a mixture":               {[]store.Server{with(primary, func(s *store.Server) { s.BinlogFormat = "MIXED" })}, Warn, "MIXED"},
		"no semi-sync":            {[]store.Server{with(primary, func(s *store.Server) { s.SemiSync = store.SemiSync{} }), replica}, Fail, "what no replica has"},
		"a silent fall-back":      {[]store.Server{with(primary, func(s *store.Server) { s.SemiSync.Timeout = 10 * time.Second }), replica}, Fail, "after 10s"},
		"goes on without replica": {[]store.Server{with(primary, func(s *store.Server) { s.SemiSync.AlwaysWaits = false }), replica}, Fail, "when its last replica goes"},
		"shown too early":         {[]store.Server{with(primary, func(s *store.Server) { s.SemiSync.AfterSync = false }), replica}, Fail, "readers see"},
		"no replica connected":    {[]store.Server{with(primary, func(s *store.Server) { s.SemiSync.Replicas = 0 }), replica}, Fail, "nothing can be written"},
		"an account for all":      {[]store.Server{with(primary, func(s *store.Server) { s.Override = true }), replica}, Warn, "may write where"},
	} {
		t.Run(name, func(t *testing.T) {
			n := &notes{}
			servers(c.all, n)
			var all []string
			for _, f := range n.findings {
				all = append(all, f.Says)
				if f.Level != OK && f.Remedy == "" {
					t.Errorf("%q has no remedy", f.Says)
				}
			}
			if worst := Worst(n.findings); worst != c.worst || !strings.Contains(strings.Join(all, "\n"), c.says) {
				t.Errorf("%s: %q, want %s: %q", worst, all, c.worst, c.says)
			}
		})
	}
}

// TestDatabaseThatIsNotThere: where nothing listens it is to be started. Nothing is lost,
// so nothing is to be restored.
func TestDatabaseThatIsNotThere(t *testing.T) {
	for _, several := range []bool{false, true} {
		at := address.FreeFor(t)
		count := 1
		if several {
			at, count = at+","+address.FreeFor(t), 2
		}
		n := &notes{}
		Patient{Config: config.Default(), Store: store.Options{MySQL: fmt.Sprintf("taut:x@tcp(%s)/taut", at)}}.database(t.Context(), n)
		if len(n.findings) != count {
			t.Errorf("of %s: %+v", at, n.findings)
		}
		for _, f := range n.findings {
			if f.Level != Fail || f.Check != "database" || !strings.Contains(f.Says, "refused") || !strings.Contains(f.Remedy, "start it") {
				t.Errorf("of %s: %+v", at, f)
			}
		}
	}
}

// TestNodeWithoutDatabase: of a node that has no role with data nothing is missing.
func TestNodeWithoutDatabase(t *testing.T) {
	c := config.Default()
	c.Data = t.TempDir()
	c.Cluster.Listen, c.Cluster.Roles = "127.0.0.1:0", []string{config.RoleGateway}
	p := Patient{Config: c, Store: store.Options{Data: c.Data}}
	n := &notes{}
	for _, check := range []func(context.Context, *notes){p.database, p.clock, p.files, p.backups} {
		check(t.Context(), n)
	}
	if len(n.findings) > 0 {
		t.Errorf("%+v", n.findings)
	}
}
