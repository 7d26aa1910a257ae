package bucket

import (
	"context"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

// Parts is an object that is written in parts; nothing is seen of it before its
// Complete.
type Parts struct {
	bucket *Bucket
	key    string
	id     string
	sent   []minio.CompletePart
}

// Begin begins one.
func (b *Bucket) Begin(ctx context.Context, key string) (*Parts, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	id, err := b.core.NewMultipartUpload(ctx, b.name, b.prefix+key, minio.PutObjectOptions{ContentType: kind})
	if err != nil {
		return nil, told("begin an object", err)
	}
	return &Parts{bucket: b, key: b.prefix + key, id: id}, nil
}

// Add sends the next part; all but the last have at least 5 MiB.
func (p *Parts) Add(ctx context.Context, body io.ReadSeeker, size int64) error {
	ctx, cancel := context.WithTimeout(ctx, partTime)
	defer cancel()
	n := len(p.sent) + 1
	part, err := p.bucket.core.PutObjectPart(ctx, p.bucket.name, p.key, p.id, n, body, size, minio.PutObjectPartOptions{})
	if err != nil {
		return told("send a part", err)
	}
	p.sent = append(p.sent, minio.CompletePart{PartNumber: n, ETag: part.ETag})
	return nil
}

// Complete makes an object of the parts.
func (p *Parts) Complete(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, copyTime)
	defer cancel()
	_, err := p.bucket.core.CompleteMultipartUpload(ctx, p.bucket.name, p.key, p.id, p.sent, minio.PutObjectOptions{})
	return told("complete an object", err)
}

// Abort gives the parts up.
func (p *Parts) Abort(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return told("give an object up", p.bucket.core.AbortMultipartUpload(ctx, p.bucket.name, p.key, p.id))
}

// AbortOld gives up what was begun before then and never completed.
func (b *Bucket) AbortOld(ctx context.Context, before time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing
	for u := range b.core.Client.ListIncompleteUploads(ctx, b.name, b.prefix, true) {
		if u.Err != nil {
			return told("list what is unfinished", u.Err)
		}
		if u.Initiated.After(before) {
			continue
		}
		old := &Parts{bucket: b, key: u.Key, id: u.UploadID}
		if err := old.Abort(ctx); err != nil {
			return err
		}
	}
	return nil
}
