package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"taut/chat"
)

// CopiesForClients tells whether somebody with a signed URL, to send one object, may
// have the S3 put another object's bytes there, by a header that was not signed: they
// would read what is not theirs. It tries that with two objects of its own.
func (b *Bucket) CopiesForClients(ctx context.Context) (copies bool, err error) {
	from, to := "incoming/probe-"+chat.NewSecret(16), "incoming/probe-"+chat.NewSecret(16)
	secret, sent := []byte("probe"), []byte("p") // which of both is there then, the size says
	if err := b.Put(ctx, from, bytes.NewReader(secret), int64(len(secret))); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, b.Remove(ctx, from), b.Remove(ctx, to)) }()
	if taken, err := b.sendAsCopy(ctx, from, to, sent); err != nil || !taken {
		return false, err
	}
	o, err := b.Stat(ctx, to)
	if errors.Is(err, ErrAbsent) {
		return false, nil
	}
	return err == nil && o.Size != int64(len(sent)), err
}

// sendAsCopy sends an object as a client does, but names another one to copy.
func (b *Bucket) sendAsCopy(ctx context.Context, from, to string, body []byte) (taken bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	at, headers, err := b.SignPut(ctx, to, int64(len(body)), time.Minute)
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, at, bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("send a copy: %w", err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("X-Amz-Copy-Source", (&url.URL{Path: "/" + b.name + "/" + b.prefix + from}).EscapedPath())
	answer, err := b.transport.RoundTrip(r)
	if err != nil {
		return false, fmt.Errorf("send a copy: %w", err)
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // it is done when all is said
	return answer.StatusCode < 300, err
}
