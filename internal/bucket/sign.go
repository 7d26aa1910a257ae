package bucket

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Served is what the S3 is to say of an object when it answers a signed URL.
type Served struct {
	Type        string
	Disposition string
}

// SignGet is a URL at which an object may be fetched for a while, by whoever has it.
func (b *Bucket) SignGet(ctx context.Context, key string, life time.Duration, as Served) (string, error) {
	said := url.Values{"response-content-type": {as.Type}, "response-cache-control": {"private, max-age=60"}}
	if as.Disposition != "" {
		said.Set("response-content-disposition", as.Disposition)
	}
	u, err := b.signs.PresignedGetObject(ctx, b.name, b.prefix+key, life, said)
	if err != nil {
		return "", told("sign a URL", err)
	}
	return u.String(), nil
}

// SignPut is a URL to which an object may be sent for a while: exactly so many
// bytes, with exactly these headers beside their length.
func (b *Bucket) SignPut(ctx context.Context, key string, length int64, life time.Duration) (at string, headers map[string]string, err error) {
	headers = map[string]string{"Content-Type": kind}
	signed := http.Header{"Content-Type": {kind}, "Content-Length": {strconv.FormatInt(length, 10)}}
	u, err := b.signs.PresignHeader(ctx, http.MethodPut, b.name, b.prefix+key, life, nil, signed)
	if err != nil {
		return "", nil, told("sign a URL", err)
	}
	return u.String(), headers, nil
}
