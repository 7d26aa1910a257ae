package unfurl

import (
	"context"
	"sync"
	"time"
)

const (
	pageLife    = 30 * time.Minute
	failureLife = 5 * time.Minute
	pagesKept   = 2_000 // of each of two generations
)

// Cache remembers what URLs led to, and which led nowhere. It forgets by
// generations: when the current one is full it becomes the previous one.
type Cache struct {
	fetcher *Fetcher

	mu                sync.Mutex
	current, previous map[string]remembered
}

type remembered struct {
	page  Page
	err   error
	until time.Time
}

// NewCache makes an empty cache before a fetcher.
func NewCache(f *Fetcher) *Cache {
	return &Cache{fetcher: f, current: make(map[string]remembered)}
}

// Page is Fetcher.Page, or what is remembered of it.
func (c *Cache) Page(ctx context.Context, address string) (Page, error) {
	now := time.Now()
	if r, ok := c.find(address, now); ok {
		return r.page, r.err
	}
	r := remembered{until: now.Add(pageLife)}
	if r.page, r.err = c.fetcher.Page(ctx, address); r.err != nil {
		r.until = now.Add(failureLife)
	}
	if ctx.Err() == nil { // an end of ours says nothing of the page
		c.keep(address, r)
	}
	return r.page, r.err
}

func (c *Cache) find(address string, now time.Time) (remembered, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.current[address]
	if !ok {
		r, ok = c.previous[address]
	}
	return r, ok && now.Before(r.until)
}

func (c *Cache) keep(address string, r remembered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.current) >= pagesKept {
		c.current, c.previous = make(map[string]remembered), c.current
	}
	c.current[address] = r
}
