package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"taut/config"
	"taut/internal/backup"
	"taut/store"
)

// quickCheck bounds how long the database is read through.
const quickCheck = 15 * time.Second

// database looks at the schema, at what a crash would cost, and for damage.
func (p Patient) database(ctx context.Context, n *notes) {
	const check = "database"
	if !p.Config.Cluster.NeedsStore() {
		return // others of the cluster have it
	}
	if there, err := store.Present(p.Store); err != nil || !there {
		n.warn(check, "taut serve makes one", "there is none in %s yet", p.Config.Data)
		return
	}
	h, err := store.Examine(ctx, p.Store, quickCheck)
	if h.Engine == "mysql" && (err != nil || h.Version == "") {
		unreadable(h, err, n)
		return
	}
	if err != nil {
		n.fail(check, "if it cannot be read, restore a backup: taut restore", "%v", err)
		return
	}
	n.ok(check, "%s %s, schema %d", h.Engine, h.Version, h.Schema)
	if newest := store.NewestSchema(); h.Schema > newest {
		n.fail(check, "use the newer program that wrote it; there is no way back but a backup", "it has schema %d, this program knows up to %d", h.Schema, newest)
	} else if h.Schema < newest {
		n.warn(check, "make a backup; the next start brings it up to date", "it has schema %d, this program writes %d", h.Schema, newest)
	}
	if h.Engine == "mysql" {
		servers(h.Servers, n)
	} else if h.Engine == "sqlite" && h.Journal != "wal" && h.Schema > 0 {
		n.warn("durability", "the next start mends it, unless the file system cannot do shared memory: then use another", "the journal mode is %s, not wal", h.Journal)
	} else {
		n.ok("durability", "what is acknowledged is on the disk")
	}
	switch {
	case h.Damage != "":
		n.fail("integrity", "restore a backup: taut restore; and look for what is wrong with the disk", "the database is damaged: %s", h.Damage)
	case h.Unchecked:
		n.ok("integrity", "no damage in what could be read in %s", quickCheck)
	case h.Engine == "sqlite":
		n.ok("integrity", "no damage")
	}
}

// clock compares this machine's with those of the log and of the database.
func (p Patient) clock(ctx context.Context, n *notes) {
	const check = "clock"
	const remedy = "synchronise the clock (chrony, systemd-timesyncd); until it has passed, new messages get times a moment after the newest"
	if there, err := store.Present(p.Store); err != nil || !there {
		return
	}
	h, err := store.Examine(ctx, p.Store, time.Nanosecond)
	if err != nil || h.Now.IsZero() {
		return // the database's check says it
	}
	if apart := time.Since(h.Now).Abs(); apart > maxSkew {
		n.warn(check, "synchronise both clocks", "the database's clock is %s apart from this machine's", apart.Round(time.Second))
		return
	}
	if ahead := time.Until(h.Newest); ahead > maxSkew {
		n.fail(check, remedy, "the newest event is of %s, %s from now: the clock was ahead, or was set back", h.Newest.Format(time.RFC3339), ahead.Round(time.Second))
		return
	}
	n.ok(check, "%s", time.Now().Format(time.RFC3339))
}

// maxLooked bounds the files that are looked for.
const maxLooked = 20_000

// files looks whether the bytes of uploaded files are there.
func (p Patient) files(ctx context.Context, n *notes) {
	const check = "files"
	if p.Config.Files.S3.On() {
		return // they are in a bucket, which has a check of its own
	}
	if there, err := store.Present(p.Store); err != nil || !there {
		return
	}
	kept, err := store.KeptFiles(ctx, p.Store, maxLooked)
	if err != nil {
		return // the schema is of before there were files, or the database's check says it
	}
	missing := 0
	for i, f := range kept {
		id := string(f.ID)
		_, err := os.Stat(filepath.Join(p.Config.Data, store.FilesFolder, string(f.Workspace), id[len(id)-2:], id))
		if errors.Is(err, fs.ErrNotExist) {
			missing++
		}
		if ctx.Err() != nil {
			kept = kept[:i+1]
			break
		}
	}
	if missing > 0 {
		n.fail(check, "copy the folder "+store.FilesFolder+" from a backup; files are never changed, so that it may be copied over", "%d of the %d newest uploaded files are not there", missing, len(kept))
		return
	}
	n.ok(check, "the %d newest uploaded files are there", len(kept))
}

// oldBackup is an age from which on a backup is too old to rely on.
const oldBackup = 48 * time.Hour

// toKeep is what is to be backed up where not all of it is in the data folder.
func toKeep(c config.Config) string {
	kept := "dump the database (mysqldump --single-transaction), "
	if c.Files.S3.On() {
		kept += "let the bucket keep versions, "
	}
	if c.Cluster.On() {
		return kept + "keep ca.key and the settings; see docs/operating.md"
	}
	return kept + "keep the settings; see docs/backup.md"
}

func (p Patient) backups(_ context.Context, n *notes) {
	const check = "backups"
	if !p.Config.Cluster.NeedsStore() {
		return // nothing is here that is to be kept
	}
	remedy := "taut backup --to …, once a day; see docs/backup.md"
	if p.Config.MySQLFile != "" {
		if p.Config.Cluster.On() || p.Config.Files.S3.On() {
			n.ok(check, "not looked at, as they are made elsewhere: %s", toKeep(p.Config))
			return
		}
		remedy = "dump the database with its own tools, then taut backup --to … for the files, once a day; see docs/backup.md"
	}
	last, err := backup.ReadLast(p.Config.Data)
	age := time.Since(last.At)
	switch {
	case err != nil:
		n.warn(check, remedy, "the note of the newest one cannot be read: %v", err)
	case last.At.IsZero():
		n.warn(check, remedy, "none was made with taut backup")
	case age > oldBackup:
		n.warn(check, remedy, "the newest one is %s old: %s", age.Round(time.Hour), last.To)
	default:
		n.ok(check, "the newest one is %s old: %s", age.Round(time.Minute), last.To)
	}
}
