package files

import (
	"context"
	"errors"
	"io"

	"taut/chat"
)

// Open reads a file's bytes, for who has the data folder: nobody is checked.
// NotFound "file" where there are none.
func (s *Service) Open(ctx context.Context, w chat.WorkspaceID, f chat.FileID) (io.ReadCloser, error) {
	row, err := s.store.Workspace(w).File(ctx, f)
	if err != nil {
		return nil, err
	}
	b, err := s.blobs.Open(ctx, bytesKey(row))
	if errors.Is(err, errNoBlob) {
		return nil, chat.NewError(chat.NotFound, "file")
	}
	return b, err
}
