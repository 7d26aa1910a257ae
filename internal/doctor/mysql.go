package doctor

import (
	"time"

	"taut/store"
)

// longWait is a time so long that somebody will have seen to a missing replica.
const longWait = 24 * time.Hour

// servers looks at each server of MySQL or MariaDB, and at what they are together.
func servers(all []store.Server, n *notes) {
	var primaries, replicas int
	for _, s := range all {
		switch {
		case s.Err != nil:
			n.fail("database", "is it running, and are address and account right in mysql_dsn_file?", "%s: %v", s.Address, s.Err)
			continue
		case s.ReadOnly:
			replicas++
		default:
			primaries++
		}
		server(s, len(all) > 1, n)
	}
	switch {
	case primaries == 0 && replicas > 0:
		n.fail("primary", "promote one: docs/operating.md", "all servers are read-only")
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
		semiSync(s, n)
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

// semiSync looks whether the primary acknowledges only what a replica has, too.
func semiSync(s store.Server, n *notes) {
	const check = "replication"
	q := s.SemiSync
	if !q.Enabled {
		n.fail(check, "let a replica follow, then SET GLOBAL rpl_semi_sync_master_enabled = 1 (MySQL: rpl_semi_sync_source_enabled), in the server's settings too",
			"%s: it acknowledges what no replica has: when it is lost, acknowledged messages are", s.Address)
		return
	}
	if q.Timeout < longWait {
		n.fail(check, "set rpl_semi_sync_master_timeout (MySQL: rpl_semi_sync_source_timeout) to 4294967295", "%s: after %s without an answer of a replica it goes on without one, silently", s.Address, q.Timeout)
	}
	if !q.AlwaysWaits {
		n.fail(check, "set rpl_semi_sync_master_wait_no_slave (MySQL: rpl_semi_sync_source_wait_no_replica) to 1", "%s: when its last replica goes, it goes on without one, silently", s.Address)
	}
	if !q.AfterSync {
		n.fail(check, "set rpl_semi_sync_master_wait_point (MySQL: rpl_semi_sync_source_wait_point) to AFTER_SYNC", "%s: readers see what no replica has yet", s.Address)
	}
	if q.Replicas == 0 {
		n.fail(check, "see why none follows: SHOW REPLICA STATUS there", "%s: no semi-synchronous replica is connected: nothing can be written", s.Address)
	}
}
