package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"taut/internal/wholefile"
)

// termFile is where the data folder has the highest term that was ever seen, where
// the settings name several servers: after a restart an old primary that is the only
// one to answer is known for what it is.
const termFile = "database-term"

// recall reads the highest term from a data folder, and lets it be kept there.
func (p *primary) recall(folder string) error {
	if len(p.servers) < 2 {
		return nil
	}
	p.file = filepath.Join(folder, termFile)
	text, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the database's term: %w", err)
	}
	if p.term, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err != nil {
		return fmt.Errorf("the database's term: %s: %w", p.file, err)
	}
	p.kept, p.settled = p.term, true
	return nil
}

// keep writes the highest term down, when it grew. What can't be written is tried
// again with the next look.
func (p *primary) keep() {
	if p.file == "" || p.term <= p.kept {
		return
	}
	err := wholefile.Write(p.file, []byte(strconv.FormatInt(p.term, 10)+"\n"), 0o600)
	if err == nil {
		p.kept, p.unkept = p.term, false
		return
	}
	if !p.unkept {
		p.unkept = true
		p.log.Error("the database's term cannot be kept", "term", p.term, "error", err)
	}
}

// recalled adds to an error that the file is why a server is refused, where no server
// says so.
func (p *primary) recalled(found []finding, err error) error {
	knows := func(f finding) bool { return f.err == nil && f.term >= p.term }
	writable := func(f finding) bool { return f.err == nil && !f.readOnly }
	if err == nil || p.kept < p.term || p.file == "" || slices.ContainsFunc(found, knows) || !slices.ContainsFunc(found, writable) {
		return err
	}
	return fmt.Errorf("%w (as %s says, which is to be removed if the database was restored from a backup of before)", err, p.file)
}

// unproven says why a server is not the first that a process uses: where the process
// remembers no term and not all servers answer, one that waits for replicas and has
// none may have lost them to its successor.
func (p *primary) unproven(ctx context.Context, f *finding, found []finding) error {
	silent := func(f finding) bool { return f.err != nil }
	if p.settled || f.term == 0 || !slices.ContainsFunc(found, silent) {
		return nil
	}
	sync, err := inspectSemiSync(ctx, f.server.db)
	if err == nil && sync.Enabled && sync.Replicas == 0 {
		err = errNoReplica
	}
	if err != nil {
		return fmt.Errorf("mysql: %w: %s would be, but not all servers answer: %w", errNoPrimary, f.server.address, err)
	}
	return nil
}
