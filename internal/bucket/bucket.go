// Package bucket is a client of one bucket of an S3: what files needs of it, and
// no more. Bytes go in whole or in parts, come out by ranges, and signed URLs let
// clients send and fetch some themselves, past this process.
//
//	files ──▶ Bucket ──▶ minio-go ──▶ S3
//	client ─────── signed URL ──────▶ S3
//
// Every call has a deadline, and so has each read and write of its connections, so
// that a bucket that stands still is noticed. What cannot be done now is
// chat.Unavailable. The package starts no goroutine of its own; those of the HTTP
// client end with its idle connections, which Close closes.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"taut/chat"
)

// Options say which bucket, and how it is reached.
type Options struct {
	// Endpoint is the URL at which this process reaches the S3, PublicEndpoint the
	// one for its clients; "": the same.
	Endpoint, PublicEndpoint string
	Name, Region             string
	// PathStyle puts the bucket's name into the path and not before the host.
	PathStyle bool
	// Prefix goes before every key.
	Prefix string
	// AccessKey and SecretKey; "": what AWS's own tools would take, from the
	// environment, the shared file or the machine's role.
	AccessKey, SecretKey string
}

// Bucket may be used by several goroutines.
type Bucket struct {
	core      minio.Core
	signs     *minio.Client // knows the S3 under the name that clients use
	transport *http.Transport
	name      string
	prefix    string
	origin    string
}

// ErrAbsent is what an object that is not there gives, ErrChanged one that is
// another by now.
var (
	ErrAbsent  = errors.New("no such object")
	ErrChanged = errors.New("the object has changed")
)

const (
	// callTime bounds a call that moves few bytes, partTime one that sends a part,
	// copyTime one by which the S3 copies an object.
	callTime = 10 * time.Second
	partTime = 30 * time.Second
	copyTime = 25 * time.Second
	// tries is how often a call is made before it has failed.
	tries = 2
	// kind is what every object says that it is: which type a client may take it
	// for is said when it fetches it.
	kind = "application/octet-stream"
)

// Open makes the client; nobody is asked yet.
func Open(o Options) (*Bucket, error) {
	b := &Bucket{name: o.Name, prefix: o.Prefix, transport: newTransport()}
	inside, err := b.client(o, o.Endpoint)
	if err != nil {
		return nil, err
	}
	b.core = minio.Core{Client: inside}
	public := o.PublicEndpoint
	if public == "" {
		public = o.Endpoint
	}
	if b.signs, err = b.client(o, public); err != nil {
		return nil, err
	}
	b.origin = originOf(o, public)
	return b, nil
}

func (b *Bucket) client(o Options, endpoint string) (*minio.Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("the bucket's endpoint: %w", err)
	}
	lookup := minio.BucketLookupDNS
	if o.PathStyle {
		lookup = minio.BucketLookupPath
	}
	c, err := minio.New(u.Host, &minio.Options{
		Creds: keys(o), Secure: u.Scheme == "https", Region: o.Region, BucketLookup: lookup, Transport: b.transport, MaxRetries: tries,
	})
	if err != nil {
		return nil, fmt.Errorf("the bucket's client: %w", err)
	}
	return c, nil
}

func keys(o Options) *credentials.Credentials {
	if o.AccessKey != "" {
		return credentials.NewStaticV4(o.AccessKey, o.SecretKey, "")
	}
	return credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
	})
}

// originOf is scheme and host of the URLs that clients get.
func originOf(o Options, endpoint string) string {
	scheme, host, _ := strings.Cut(strings.TrimRight(endpoint, "/"), "://")
	if !o.PathStyle {
		host = o.Name + "." + host
	}
	return scheme + "://" + host
}

// Origin is where clients find the bucket: scheme and host.
func (b *Bucket) Origin() string { return b.origin }

// Name is the bucket's own.
func (b *Bucket) Name() string { return b.name }

// Close closes the connections that nobody uses.
func (b *Bucket) Close() { b.transport.CloseIdleConnections() }

// Object is what is known of one.
type Object struct {
	Key  string
	Size int64
	// Tag is another for other bytes.
	Tag      string
	Modified time.Time
}

// Stat is ErrAbsent where there is none.
func (b *Bucket) Stat(ctx context.Context, key string) (Object, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	o, err := b.core.StatObject(ctx, b.name, b.prefix+key, minio.StatObjectOptions{})
	return b.object(o), told("look at an object", err)
}

func (b *Bucket) object(o minio.ObjectInfo) Object {
	return Object{Key: strings.TrimPrefix(o.Key, b.prefix), Size: o.Size, Tag: o.ETag, Modified: o.LastModified}
}

// Read reads an object from an offset on, as long as ctx lives. The object must be
// the one with the tag.
func (b *Bucket) Read(ctx context.Context, key, tag string, from int64) (io.ReadCloser, error) {
	var o minio.GetObjectOptions
	err := o.SetMatchETag(tag)
	if from > 0 {
		err = errors.Join(err, o.SetRange(from, 0))
	}
	if err != nil {
		return nil, fmt.Errorf("read an object: %w", err)
	}
	body, _, _, err := b.core.GetObject(ctx, b.name, b.prefix+key, o)
	return body, told("read an object", err)
}

// Put writes an object whole.
func (b *Bucket) Put(ctx context.Context, key string, body io.ReadSeeker, size int64) error {
	ctx, cancel := context.WithTimeout(ctx, partTime)
	defer cancel()
	_, err := b.core.Client.PutObject(ctx, b.name, b.prefix+key, body, size, minio.PutObjectOptions{ContentType: kind, DisableMultipart: true})
	return told("write an object", err)
}

// Copy makes an object of another one's bytes, which must be the tag's: ErrChanged
// where they are not.
func (b *Bucket) Copy(ctx context.Context, to, from, tag string) error {
	ctx, cancel := context.WithTimeout(ctx, copyTime)
	defer cancel()
	_, err := b.core.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: b.name, Object: b.prefix + to},
		minio.CopySrcOptions{Bucket: b.name, Object: b.prefix + from, MatchETag: tag})
	return told("copy an object", err)
}

// Remove removes an object; one that is not there is no error.
func (b *Bucket) Remove(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	err := told("remove an object", b.core.Client.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	return err
}

// List gives the objects whose keys begin so.
func (b *Bucket) List(ctx context.Context, begin string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		for o := range b.core.Client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + begin, Recursive: true}) {
			if !yield(b.object(o), told("list objects", o.Err)) || o.Err != nil {
				return
			}
		}
	}
}

// told makes the package's errors of the S3's.
func told(what string, err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey, "NotFound":
		return fmt.Errorf("%s: %w", what, ErrAbsent)
	case minio.PreconditionFailed:
		return fmt.Errorf("%s: %w", what, ErrChanged)
	}
	return fmt.Errorf("%s: %w (%w)", what, chat.NewError(chat.Unavailable, "bucket"), err)
}
