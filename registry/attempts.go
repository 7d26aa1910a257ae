package registry

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	// attemptTimeout is what the first server that is asked may take; each next one may
	// take twice as long, so that a registry that is slow as a whole answers in the end.
	attemptTimeout = 500 * time.Millisecond
	// attemptPause is the time before the next one where the answer was an error.
	attemptPause = 50 * time.Millisecond
)

// attempts asks until somebody answers or ctx is over. What an etcd server takes in
// while it has no leader is lost, and it says so after seconds or never, while another,
// which the client turns to with the next call, may know better. So ask must be such
// that it does no harm twice, nor late: an attempt that was given up may still be done.
func attempts[T any](ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	for within := attemptTimeout; ; within *= 2 {
		attempt, cancel := context.WithTimeout(ctx, within)
		answer, err := ask(attempt)
		late := attempt.Err() != nil
		cancel()
		if err == nil || ctx.Err() != nil || !late && !isPassing(err) {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return answer, err
		case <-time.After(attemptPause):
		}
	}
}

// isPassing tells whether it is the server that can't answer now, or the way to it.
func isPassing(err error) bool {
	var of rpctypes.EtcdError
	return status.Code(err) == codes.Unavailable || errors.As(err, &of) && of.Code() == codes.Unavailable
}
