package files

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/fair"
)

const (
	// maxWrites are the blobs that are brought to the disk at once, one of each
	// workspace: the log waits for the same disk, and must not find it busy (G7).
	maxWrites = 4
	// maxWaitingWrites bounds those of a workspace that wait, and writeWait how long.
	maxWaitingWrites = 4 * maxWorkspaceUploads
	writeWait        = 30 * time.Second
	// flushAfter is how many bytes of a blob the disk is given at once. More would
	// pile up in memory, and whoever syncs next would wait for all of it.
	flushAfter = 4 << 20
)

// turns are blobs that workspaces write to the disk turn by turn. What comes
// faster than the disk takes it waits in the sender's own connection.
type turns struct {
	Blobs
	gate *fair.Gate
}

func inTurns(b Blobs, reg prometheus.Registerer) Blobs {
	return &turns{b, fair.New("file writes", fair.Limits{All: maxWrites, Each: 1, Waiting: maxWaitingWrites, Wait: writeWait}, reg)}
}

// Create is Blobs', but that what it gives waits for turns, as long as ctx lives.
func (b *turns) Create(ctx context.Context, k Key) (BlobWriter, error) {
	w, err := b.Blobs.Create(ctx, k)
	if err != nil {
		return nil, err
	}
	return &turnWriter{BlobWriter: w, ctx: ctx, workspace: k.Workspace, gate: b.gate}, nil
}

type turnWriter struct {
	BlobWriter
	ctx       context.Context
	workspace chat.WorkspaceID
	gate      *fair.Gate
	loose     int // bytes since the last flush
}

func (w *turnWriter) Write(p []byte) (int, error) {
	n, err := w.BlobWriter.Write(p)
	if w.loose += n; err != nil || w.loose < flushAfter {
		return n, err
	}
	w.loose = 0
	return n, w.inTurn(w.BlobWriter.Flush)
}

func (w *turnWriter) Commit() error { return w.inTurn(w.BlobWriter.Commit) }

func (w *turnWriter) inTurn(do func() error) error {
	if err := w.gate.Enter(w.ctx, w.workspace); err != nil {
		return err
	}
	defer w.gate.Leave(w.workspace)
	return do()
}
