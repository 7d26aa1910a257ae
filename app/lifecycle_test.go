package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLifecycleStopsInReverse(t *testing.T) {
	l := lifecycle{log: slog.New(slog.DiscardHandler)}
	var order []string
	for _, name := range []string{"store", "roles", "listener"} {
		l.onStop(name, time.Second, func(context.Context) error {
			order = append(order, name)
			return errors.New("no " + name)
		})
	}
	err := l.stop()
	if got := strings.Join(order, " "); got != "listener roles store" {
		t.Errorf("the order was %s", got)
	}
	for _, name := range order {
		if !strings.Contains(err.Error(), "stop "+name+": no "+name) {
			t.Errorf("%v does not tell of %s", err, name)
		}
	}
	if err := l.stop(); err != nil {
		t.Errorf("a second stop: %v", err)
	}
}

func TestLifecycleGoesOnPastAStepThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lifecycle{log: slog.New(slog.DiscardHandler)}
		release := make(chan struct{})
		closed := false
		l.onStop("store", time.Second, func(context.Context) error {
			closed = true
			return nil
		})
		l.onStop("stuck", 5*time.Second, func(context.Context) error {
			<-release
			return nil
		})
		begin := time.Now()
		if err := l.stop(); !errors.Is(err, errHangs) || !closed {
			t.Errorf("got %v, store closed: %v", err, closed)
		}
		if took := time.Since(begin); took != 6*time.Second {
			t.Errorf("it took %v", took)
		}
		close(release)
	})
}
