package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"taut/chat"
)

// Probe writes, reads and removes an object, and tells how far the S3's clock is
// ahead. What a probe that is cut off leaves lies where uploads are swept.
func (b *Bucket) Probe(ctx context.Context) (ahead time.Duration, err error) {
	key, body := "incoming/probe-"+chat.NewSecret(16), []byte("probe")
	if err := b.Put(ctx, key, bytes.NewReader(body), int64(len(body))); err != nil {
		return 0, err
	}
	o, err := b.Stat(ctx, key)
	if err == nil {
		ahead = time.Until(o.Modified)
		err = b.mustRead(ctx, o, body)
	}
	return ahead, errors.Join(err, b.Remove(ctx, key))
}

func (b *Bucket) mustRead(ctx context.Context, o Object, want []byte) error {
	r, err := b.Read(ctx, o.Key, o.Tag, 0)
	if err != nil {
		return err
	}
	defer r.Close()
	got, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("the bucket gives back other bytes than it got")
	}
	return err
}

// TakesFrom tells whether browsers may send objects from a page of this origin: it
// asks as they do.
func (b *Bucket) TakesFrom(ctx context.Context, origin string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	at, _, err := b.SignPut(ctx, "incoming/probe", 1, time.Minute)
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodOptions, at, nil)
	if err != nil {
		return false, fmt.Errorf("ask for CORS: %w", err)
	}
	for name, value := range map[string]string{
		"Origin": origin, "Access-Control-Request-Method": http.MethodPut, "Access-Control-Request-Headers": "content-type",
	} {
		r.Header.Set(name, value)
	}
	answer, err := b.transport.RoundTrip(r)
	if err != nil {
		return false, fmt.Errorf("ask for CORS: %w", err)
	}
	defer answer.Body.Close()
	allowed := answer.Header.Get("Access-Control-Allow-Origin")
	return answer.StatusCode < 300 && (allowed == "*" || allowed == origin), nil
}
