package files

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// holdFile is locked: shared by who copies blobs, alone by who removes some.
const holdFile = "hold"

// Hold keeps blobs of a data folder from being removed, by this process or
// others, until release is called or the process ends. It waits for a removal
// that is under way. Files are still deleted meanwhile, for everybody to see;
// their bytes go later.
func Hold(data string) (release func() error, err error) {
	return lockHold(Folder(data), syscall.LOCK_SH)
}

// removing is Hold's counterpart; held says that somebody holds them.
func (s *Service) removing() (release func() error, held bool, err error) {
	release, err = lockHold(s.folder, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, true, nil
	}
	return release, false, err
}

func lockHold(folder string, how int) (release func() error, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(folder, holdFile), os.O_RDWR|os.O_CREATE, 0o600)
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
