package app

import (
	"context"
	"fmt"

	"taut/files"
)

// startFiles starts the role that has people's files. Their bytes lie in the data
// folder, also where the tables are elsewhere.
func (a *App) startFiles(ctx context.Context) error {
	blobs, err := files.OpenDisk(a.config.Data)
	if err != nil {
		return err
	}
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
