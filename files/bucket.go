package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"taut/chat"
	"taut/internal/bucket"
)

// inBucket keeps blobs as objects: T…/F….ATTEMPT, T…/F….thumb_360_ATTEMPT,
// T…/WORD.72_png, and under incoming/ what clients send there by themselves until it is taken in.
type inBucket struct {
	*bucket.Bucket
	spool string // the folder where parts wait until they are whole
}

// incoming holds what came by signed URLs. Whoever has such a URL may write there
// again, so that nothing of it is ever served.
const incoming = "incoming/"

// OpenBucket opens the blobs of a bucket. Parts that come wait in the data folder.
func OpenBucket(b *bucket.Bucket, data string) (Blobs, error) {
	spool := filepath.Join(Folder(data), tmpFolder)
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, fmt.Errorf("files folder: %w", err)
	}
	return &inBucket{b, spool}, nil
}

func objectName(k Key) string {
	name := string(k.Workspace) + "/" + k.Item
	if k.Form != "" {
		name += "." + k.Form
	}
	return name
}

// keyOfObject is false for what is no blob.
func keyOfObject(name string) (k Key, ok bool) {
	workspace, rest, _ := strings.Cut(name, "/")
	k.Workspace = chat.WorkspaceID(workspace)
	k.Item, k.Form, _ = strings.Cut(rest, ".")
	return k, k.ok()
}

func (b *inBucket) Open(ctx context.Context, k Key) (Blob, error) {
	if !k.ok() {
		return nil, errNoBlob
	}
	return b.open(ctx, objectName(k))
}

func (b *inBucket) open(ctx context.Context, name string) (*objectBlob, error) {
	o, err := b.Stat(ctx, name)
	if errors.Is(err, bucket.ErrAbsent) {
		return nil, errNoBlob
	}
	if err != nil {
		return nil, err
	}
	return &objectBlob{ctx: ctx, bucket: b.Bucket, object: o}, nil
}

// objectBlob reads an object from where it was sought on.
type objectBlob struct {
	ctx    context.Context // of who reads
	bucket *bucket.Bucket
	object bucket.Object
	at     int64
	body   io.ReadCloser // from at on; nil: not asked for yet
}

func (b *objectBlob) Size() int64 { return b.object.Size }

func (b *objectBlob) Read(p []byte) (int, error) {
	if b.at >= b.object.Size {
		return 0, io.EOF
	}
	if b.body == nil {
		body, err := b.bucket.Read(b.ctx, b.object.Key, b.object.Tag, b.at)
		if err != nil {
			return 0, err
		}
		b.body = body
	}
	n, err := b.body.Read(p)
	b.at += int64(n)
	if err == io.EOF && b.at < b.object.Size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (b *objectBlob) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.object.Size
	}
	if offset < 0 {
		return 0, errors.New("seek before the begin")
	}
	if offset != b.at {
		b.Close()
		b.at = offset
	}
	return offset, nil
}

func (b *objectBlob) Close() error {
	if b.body == nil {
		return nil
	}
	body := b.body
	b.body = nil
	return body.Close()
}

func (b *inBucket) Remove(ctx context.Context, w chat.WorkspaceID, item string) error {
	whole := Key{Workspace: w, Item: item}
	if err := b.removeForms(ctx, whole, ""); err != nil {
		return err
	}
	return b.Bucket.Remove(ctx, incoming+objectName(whole))
}

// removeAttempt removes what one upload of a file left.
func (b *inBucket) removeAttempt(ctx context.Context, f chat.File) error {
	return b.removeForms(ctx, fileKey(f.Workspace, f.ID), f.Media.Attempt)
}

// removeForms removes the forms of an item whose names end so.
func (b *inBucket) removeForms(ctx context.Context, whole Key, end string) error {
	if !whole.ok() {
		return fmt.Errorf("item %q is none", whole.Item)
	}
	for o, err := range b.Bucket.List(ctx, objectName(whole)) {
		if err != nil {
			return err
		}
		if k, ok := keyOfObject(o.Key); !ok || k.Item != whole.Item || !strings.HasSuffix(k.Form, end) {
			continue
		}
		if err := b.Bucket.Remove(ctx, o.Key); err != nil {
			return err
		}
	}
	return nil
}

func (b *inBucket) List(ctx context.Context) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		for o, err := range b.Bucket.List(ctx, "T") {
			if err != nil {
				yield(Key{}, err)
				return
			}
			if k, ok := keyOfObject(o.Key); ok && !yield(k, nil) {
				return
			}
		}
	}
}

func (b *inBucket) Sweep(ctx context.Context, before time.Time) error {
	for o, err := range b.Bucket.List(ctx, incoming) {
		if err != nil {
			return err
		}
		if o.Modified.After(before) {
			continue
		}
		if err := b.Bucket.Remove(ctx, o.Key); err != nil {
			return err
		}
	}
	return b.AbortOld(ctx, before.Add(-longestUpload))
}

// longestUpload is how long parts may come: of an upload that moves, the bucket tells
// only when it was begun. It is the store's patience with a file that waits for its bytes.
const longestUpload = 25 * time.Hour
