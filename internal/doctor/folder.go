package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// folder looks whether the data folder is there, ours and for us alone.
func (p Patient) folder(_ context.Context, n *notes) {
	const check = "data folder"
	data := p.Config.Data
	info, err := os.Stat(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		n.fail(check, "name the right one with --data or --config; taut serve makes a new one", "there is no %s", data)
		return
	case err != nil:
		n.fail(check, "run taut doctor as the user that runs the server", "%v", err)
		return
	case !info.IsDir():
		n.fail(check, "name a folder", "%s is no folder", data)
		return
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		n.warn(check, "chmod 700 "+data, "%s has mode %04o: other users of this machine can look in", data, mode)
	}
	left, err := filepath.Glob(filepath.Join(data, "before-restore-*"))
	if err == nil && len(left) > 0 {
		n.warn(check, "remove what you no longer need", "%d earlier states of the data that restores replaced are kept in %s", len(left), data)
	}
	cut, err := filepath.Glob(filepath.Join(data, "restoring-*"))
	if err == nil && len(cut) > 0 && p.Server == nil {
		n.warn(check, "remove "+cut[0]+" once the data is right", "a restore was cut off")
	}
	if len(n.findings) == 0 {
		n.ok(check, "%s, mode %04o", data, info.Mode().Perm())
	}
}

const (
	gib = 1 << 30
	// Less free space than this is little, or nearly none.
	littleSpace, noSpace = 2 * gib, gib / 4
	littlePart           = 10 // percent
)

// absent: there is no folder, which is told once.
func (p Patient) absent() bool {
	_, err := os.Stat(p.Config.Data)
	return errors.Is(err, fs.ErrNotExist)
}

func (p Patient) space(_ context.Context, n *notes) {
	const check = "disk space"
	if p.absent() {
		return
	}
	var st unix.Statfs_t
	if err := unix.Statfs(p.Config.Data, &st); err != nil {
		n.warn(check, "see whether the disk is mounted, and the system's log", "%v", err)
		return
	}
	free, all := st.Bavail*uint64(st.Bsize), max(st.Blocks*uint64(st.Bsize), 1)
	percent := int(100 * free / all)
	says := fmt.Sprintf("%.1f GiB free, %d%%", float64(free)/gib, percent)
	remedy := "make room: without any, the server refuses messages"
	switch {
	case free < noSpace:
		n.fail(check, remedy, "%s", says)
	case free < littleSpace || percent < littlePart && free < 50*gib:
		n.warn(check, remedy, "%s", says)
	case st.Files > 0 && st.Ffree < 10_000:
		n.warn(check, "uploaded files need one each: remove what you can", "%d inodes free", st.Ffree)
	default:
		n.ok(check, "%s", says)
	}
}

const (
	diskWrites = 30
	slowDisk   = 30 * time.Millisecond
	deadDisk   = time.Second
	// fakeDisk is faster than any disk that keeps what it says it has.
	fakeDisk = 15 * time.Microsecond
)

// disk measures how long it takes until a write is on the disk: each message
// waits for one.
func (p Patient) disk(ctx context.Context, n *notes) {
	const check = "disk"
	if p.absent() {
		return
	}
	f, err := os.CreateTemp(p.Config.Data, ".taut-doctor-")
	if err != nil {
		n.fail(check, "let the server's user write there, or run taut doctor as that user", "the data folder cannot be written: %v", err)
		return
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var took []time.Duration
	block := make([]byte, 4096)
	for len(took) < diskWrites && ctx.Err() == nil {
		begin := time.Now()
		_, err := f.Write(block)
		if err = errors.Join(err, f.Sync()); err != nil {
			n.fail(check, "see the system's log", "a write fails: %v", err)
			return
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	middle, slowest := took[len(took)/2], took[len(took)-1]
	says := fmt.Sprintf("a durable write takes %s, at most %s", middle.Round(10*time.Microsecond), slowest.Round(10*time.Microsecond))
	switch {
	case middle > deadDisk:
		n.fail(check, "use another disk", "%s", says)
	case middle > slowDisk:
		n.warn(check, "a local SSD is meant; network disks and shared spinning ones are slow", "%s: as long, at least, takes each message", says)
	case middle < fakeDisk:
		n.warn(check, "put the data on a disk; if this is one, switch its volatile write cache off", "%s: so fast only is memory, which a power cut empties", says)
	default:
		n.ok(check, "%s", says)
	}
	p.fileClock(f, n)
}

// maxSkew is how far two clocks may be apart.
const maxSkew = 5 * time.Second

// fileClock compares the file system's clock, which may be another machine's.
func (p Patient) fileClock(f *os.File, n *notes) {
	info, err := f.Stat()
	if err != nil {
		return
	}
	if apart := time.Since(info.ModTime()).Abs(); apart > maxSkew {
		n.warn("clock", "synchronise both clocks (chrony, systemd-timesyncd)", "the file system's clock is %s apart from this machine's", apart.Round(time.Second))
	}
}
