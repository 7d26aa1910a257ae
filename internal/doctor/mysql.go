package doctor

import (
	"slices"

	"taut/store"
)

// unreadable says why MySQL or MariaDB tells nothing of the data: err, or else what is
// said of each server. Nothing is damaged by any of that.
func unreadable(h store.Health, err error, n *notes) {
	answers := func(s store.Server) bool { return s.Err == nil }
	switch {
	case err == nil || !slices.ContainsFunc(h.Servers, answers): // each says it
	case h.Version == "":
		n.fail("database", "see which server is to be the primary: docs/database.md", "%v", err)
	default:
		n.fail("database", "see that Taut's account has all rights in its database: docs/install.md", "%v", err)
	}
	servers(h.Servers, n)
}

// servers looks at each server of MySQL or MariaDB, and at what they are together.
func servers(all []store.Server, n *notes) {
	var primaries, replicas int
	for _, s := range all {
		switch {
		case s.Err != nil:
		case s.ReadOnly:
			replicas++
		default:
			primaries++
		}
	}
	for _, s := range all {
		switch {
		case s.Err == nil:
			server(s, len(all) > 1, n)
		case primaries > 0: // Taut goes on, until that one goes too
			n.warn("database", "start it, and let it follow the primary: docs/database.md", "%s: %v", s.Address, s.Err)
		default:
			n.fail("database", "start it, or correct its address or account in mysql_dsn_file", "%s: %v", s.Address, s.Err)
		}
	}
	switch {
	case primaries == 0 && replicas > 0:
		n.fail("primary", "promote one: docs/database.md", "all servers are read-only")
	case primaries > 1:
		n.fail("primary", "make those that are not the primary read-only: SET GLOBAL read_only = 1", "%d servers can be written", primaries)
	}
}

// server looks at one, that has others beside it or not.
func server(s store.Server, beside bool, n *notes) {
	const check = "durability"
	before := len(n.findings)
	if s.Lasting != nil {
		n.fail(check, "set it to 1", "%s: %v", s.Address, s.Lasting)
	}
	if s.Override && beside {
		n.warn("fencing", "give Taut an account that has rights in its database alone", "%s: Taut's account may write where a server is read-only", s.Address)
	}
	if s.Binlog && s.BinlogFormat == "STATEMENT" {
		n.fail(check, "set binlog_format to ROW", "%s: binlog_format is STATEMENT, with which nothing can be written", s.Address)
	} else if s.Binlog && s.BinlogFormat != "ROW" {
		n.warn(check, "set binlog_format to ROW", "%s: binlog_format is %s: a replica may come to differ", s.Address, s.BinlogFormat)
	}
	if beside && !s.Binlog {
		n.fail(check, "set log_bin, and let the other servers follow", "%s: it has no binary log, so that no replica can follow it", s.Address)
	}
	if !s.ReadOnly && (beside || s.SemiSync.Enabled) {
		for _, f := range s.SemiSync.Faults() {
			n.fail("replication", f.Remedy, "%s: %s", s.Address, f.Says)
		}
	}
	if len(n.findings) > before {
		return
	}
	if s.ReadOnly {
		n.ok(check, "%s: a replica, read-only", s.Address)
		return
	}
	n.ok(check, "%s: what is acknowledged is on the disk%s", s.Address, map[bool]string{true: ", and on a replica"}[s.SemiSync.Enabled])
}
