package app

import (
	"context"
	"fmt"

	"taut/config"
	"taut/files"
	"taut/internal/bucket"
)

// OpenBlobs opens the bytes of files: in a bucket where one is set, which close lets
// go of, else in the data folder, also where the tables are elsewhere. The origin is
// where browsers find the bucket.
func OpenBlobs(c config.Config) (blobs files.Blobs, origin string, close func(), err error) {
	if !c.Files.S3.On() {
		blobs, err = files.OpenDisk(c.Data)
		return blobs, "", func() {}, err
	}
	b, err := bucket.Configured(c.Files.S3)
	if err != nil {
		return nil, "", nil, fmt.Errorf("files.s3: %w", err)
	}
	blobs, err = files.OpenBucket(b, c.Data)
	return blobs, b.Origin(), b.Close, err
}

// startFiles starts the role that has people's files.
func (a *App) startFiles(ctx context.Context) error {
	blobs, origin, close, err := OpenBlobs(a.config)
	if err != nil {
		return err
	}
	a.bucketOrigin = origin
	a.onClose("bucket", close)
	a.files, err = files.New(ctx, files.Config{
		Store: a.store, Blobs: blobs, Data: a.config.Data, Auth: a.auth, Limits: a.limits,
		MaxFile: int64(a.config.Files.MaxSize), MaxWorkspace: int64(a.config.Files.WorkspaceStorage),
		Log: a.log, Metrics: a.reg,
	})
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	a.onClose("files", a.files.Close)
	return nil
}
