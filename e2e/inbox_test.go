//go:build e2e

package e2e

import (
	"fmt"
	"sync"
	"testing"
)

// inbox keeps the events that a client heard.
type inbox struct {
	mu     sync.Mutex
	events []object
}

func (b *inbox) add(event object) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, event)
}

// mark is the place after all that was heard so far.
func (b *inbox) mark() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}

func (b *inbox) find(from int, match func(object) bool) object {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events[from:] {
		if match(e) {
			return e
		}
	}
	return nil
}

// await waits for an event, among those heard already, too.
func (b *inbox) await(t *testing.T, what string, match func(object) bool) object {
	t.Helper()
	return b.awaitFrom(t, 0, what, match)
}

func (b *inbox) awaitFrom(t *testing.T, from int, what string, match func(object) bool) (found object) {
	t.Helper()
	err := within(patience, func() error {
		if found = b.find(from, match); found == nil {
			return fmt.Errorf("heard %d events", b.mark())
		}
		return nil
	})
	if err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		t.Fatalf("%s: not heard within %s; heard was %v", what, patience, b.events[max(0, len(b.events)-20):])
	}
	return found
}

// all makes one condition of several.
func all(conditions ...func(object) bool) func(object) bool {
	return func(e object) bool {
		for _, holds := range conditions {
			if !holds(e) {
				return false
			}
		}
		return true
	}
}

// has says that an event has this text at the path.
func has(value string, path ...string) func(object) bool {
	return func(e object) bool { return e.text(path...) == value }
}
