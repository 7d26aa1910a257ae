package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"taut/chat"
	"taut/internal/bucket"
)

// partSize is how much of a blob is sent to the bucket at once: what waits to be
// sent is on the disk, so that slow senders take no memory.
const partSize = 8 << 20

func (b *inBucket) Create(ctx context.Context, k Key) (BlobWriter, error) {
	if !k.ok() {
		return nil, fmt.Errorf("key %q is none", k)
	}
	f, err := os.CreateTemp(b.spool, k.Item+"-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil { // it goes with whoever has it open
		return nil, errors.Join(err, f.Close())
	}
	return &objectWriter{ctx: ctx, bucket: b.Bucket, name: objectName(k), spool: f}, nil
}

// objectWriter sends an object whole where it is small, in parts otherwise.
type objectWriter struct {
	ctx    context.Context // of who writes
	bucket *bucket.Bucket
	name   string
	spool  *os.File
	waits  int64         // bytes in the spool
	parts  *bucket.Parts // nil, where none is full yet
	done   bool
}

func (w *objectWriter) Write(p []byte) (written int, err error) {
	for len(p) > 0 {
		n, err := w.spool.Write(p[:min(int64(len(p)), partSize-w.waits)])
		written += n
		w.waits += int64(n)
		if err != nil {
			return written, err
		}
		p = p[n:]
		if w.waits == partSize {
			if err := w.sendPart(); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

func (w *objectWriter) sendPart() (err error) {
	if w.parts == nil {
		if w.parts, err = w.bucket.Begin(w.ctx, w.name); err != nil {
			return err
		}
	}
	if err := w.parts.Add(w.ctx, io.NewSectionReader(w.spool, 0, w.waits), w.waits); err != nil {
		return err
	}
	w.waits = 0
	_, err = w.spool.Seek(0, io.SeekStart)
	return errors.Join(err, w.spool.Truncate(0))
}

// Flush does nothing: a part is sent when it is full.
func (w *objectWriter) Flush() error { return nil }

func (w *objectWriter) Commit() error {
	if w.parts == nil {
		if err := w.bucket.Put(w.ctx, w.name, io.NewSectionReader(w.spool, 0, w.waits), w.waits); err != nil {
			return err
		}
	} else {
		if w.waits > 0 {
			if err := w.sendPart(); err != nil {
				return err
			}
		}
		if err := w.parts.Complete(w.ctx); err != nil {
			return err
		}
	}
	w.done = true
	return w.spool.Close()
}

// discardTime bounds giving parts up; what stays is swept.
const discardTime = 5 * time.Second

func (w *objectWriter) Discard() {
	if w.done {
		return
	}
	w.done = true
	w.spool.Close()
	if w.parts == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), discardTime)
	defer cancel()
	// What fails here is swept later.
	_ = w.parts.Abort(ctx)
}

// maxDirect is the most bytes of what a client sends to the bucket itself: the
// bucket copies it while the client waits.
const maxDirect = 1 << 30

// directLife is how long a client may begin to send.
const directLife = 15 * time.Minute

// signUpload is where a file's bytes may be sent.
func (b *inBucket) signUpload(ctx context.Context, k Key, length int64) (*chat.DirectUpload, error) {
	at, headers, err := b.SignPut(ctx, incoming+objectName(k), length, directLife)
	if err != nil {
		return nil, err
	}
	return &chat.DirectUpload{URL: at, Method: "PUT", Headers: headers}, nil
}

// arrived is what came by a signed URL; errNoBlob where nothing did.
func (b *inBucket) arrived(ctx context.Context, k Key) (*objectBlob, error) {
	return b.open(ctx, incoming+objectName(k))
}

// takeIn makes what arrived the file's bytes. What is left of it is swept, where it
// can't be removed now.
func (b *inBucket) takeIn(ctx context.Context, k Key, arrived *objectBlob) error {
	return b.Copy(ctx, objectName(k), arrived.object.Key, arrived.object.Tag)
}

// forgetArrived removes what was taken in.
func (b *inBucket) forgetArrived(ctx context.Context, k Key) error {
	return b.Bucket.Remove(ctx, incoming+objectName(k))
}
