// Package hold keeps the bytes of files where they are while a backup copies
// them: whoever removes some takes the lock alone, whoever copies them shares it.
// It is a lock of the operating system on a file in the data folder, so that it
// holds between processes, and goes with the process that has it. It starts no
// goroutine.
package hold

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const lockFile = "files.lock"

// Files keeps blobs of a data folder from being removed, by this process or
// others, until release is called. It waits for a removal that is under way.
// Files are still deleted meanwhile, for everybody to see; their bytes go later.
func Files(data string) (release func() error, err error) {
	return lock(data, syscall.LOCK_SH)
}

// Removing is what who removes blobs takes; held says that somebody holds them.
func Removing(data string) (release func() error, held bool, err error) {
	release, err = lock(data, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, true, nil
	}
	return release, false, err
}

func lock(data string, how int) (release func() error, err error) {
	f, err := os.OpenFile(filepath.Join(data, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the files: %w", err), f.Close())
	}
	return f.Close, nil
}
