package store

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"taut/chat"
)

// mysqlSession is a connection that writes, made when needed and dropped when
// lost. One goroutine owns it.
type mysqlSession struct {
	store   *Store
	session *session
	answers []error // of the last attempt's jobs
}

// connect connects to the primary, unless that is done; one of an earlier reign's is
// dropped.
func (m *mysqlSession) connect() error {
	if m.session != nil {
		if m.store.primary.reigns(m.session.conn) {
			return nil
		}
		m.drop(driver.ErrBadConn)
	}
	ctx, cancel := context.WithTimeout(context.Background(), mysqlTimeout)
	defer cancel()
	conn, err := m.store.writer.Conn(ctx)
	if err != nil {
		return err
	}
	m.session = &session{conn: conn}
	return nil
}

// drop gives the connection back, or throws it away where err says that it is
// lost. With an error that leaves it usable, it stays.
func (m *mysqlSession) drop(err error) {
	if m.session == nil || err != nil && !connectionLost(err) {
		return
	}
	if err != nil {
		m.session.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	m.session.close()
	m.session = nil
}

// attempt is one transaction in two round trips: lock and read, write and
// commit. The jobs are in order of stream. It gives the jobs whose head is busy.
func (m *mysqlSession) attempt(jobs []*job, alone bool) (busy []*job, err error) {
	if err := m.connect(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil && !connectionLost(err) {
			if _, e := m.session.exec("ROLLBACK"); e != nil {
				err = e
			}
		}
		if err != nil {
			m.drop(err)
		}
	}()
	b := &batch{store: m.store, session: m.session, heads: map[chat.Stream]*head{}}
	if err := b.lock(jobs, alone); err != nil {
		return nil, err
	}
	hookLocked()
	run, busy, err := m.turns(b, jobs, alone)
	if err != nil {
		return nil, err
	}
	if err := b.commit(run); err != nil {
		return nil, err
	}
	m.store.announce(run, m.answers)
	return busy, nil
}

// turns runs the changes whose head is locked.
func (m *mysqlSession) turns(b *batch, jobs []*job, alone bool) (run, busy []*job, err error) {
	m.answers = m.answers[:0]
	for _, j := range jobs {
		h := b.heads[j.change.stream]
		if h == nil && !alone {
			busy = append(busy, j)
			continue
		}
		answer, err := b.turn(j, h)
		m.answers = append(m.answers, answer)
		run = append(run, j)
		if err != nil {
			return nil, nil, err
		}
	}
	return run, busy, nil
}

// turn runs one change with its locked head; nil: the stream has none.
func (b *batch) turn(j *job, h *head) (answer, fatal error) {
	c := &j.change
	if j.abandoned.Load() && !j.lost {
		return chat.NewError(chat.Unavailable, "store"), nil
	}
	if h == nil && c.create != nil {
		h = c.newHead()
		b.heads[c.stream] = h
	}
	if h == nil || h.fresh && !h.dirty && c.create == nil {
		return chat.NewError(chat.NotFound, "channel"), nil
	}
	return b.run(j, h)
}

// lock locks the heads of the jobs' streams, in order, and reads what the jobs
// asked for, all in one round trip. Unless alone, heads that others hold are
// left out; alone, they are waited for.
func (b *batch) lock(jobs []*job, alone bool) error {
	q := &multiQuery{}
	q.add("START TRANSACTION")
	q.ask("SELECT "+mysqlNow, func(rows *sql.Rows) error { return scanOne(rows, &b.nowMS) })
	query := lockHead
	if !alone {
		query += " SKIP LOCKED"
	}
	for i, j := range jobs {
		if st := j.change.stream; i == 0 || st != jobs[i-1].change.stream {
			q.ask(query, func(rows *sql.Rows) error { return b.scanHead(st, rows) }, string(st.Workspace), string(st.ID))
		}
	}
	day := chat.Now().UnixMilli() / 86_400_000
	for _, j := range jobs {
		b.addReads(q, j, day)
	}
	return q.run(b.session)
}

func (b *batch) scanHead(st chat.Stream, rows *sql.Rows) error {
	if !rows.Next() {
		return rows.Err()
	}
	h, err := scanHead(st, rows)
	if err == nil {
		b.heads[st] = h
	}
	return err
}

// addReads fetches what a job will look at.
func (b *batch) addReads(q *multiQuery, j *job, day int64) {
	c := &j.change
	if !j.ownKey || j.lost {
		b.addKey(q, dedupeKey{userKey{c.stream, c.sender}, c.key}, day)
	}
	w, st := string(c.stream.Workspace), string(c.stream.ID)
	for _, r := range c.reads {
		k := messageKey{c.stream, r.message}
		switch {
		case r.member != "":
			q.ask(selectMember, func(rows *sql.Rows) error {
				return scanInto(rows, &b.view.members, userKey{c.stream, r.member}, scanMember)
			}, w, st, string(r.member))
		case r.reactor != "":
			q.ask(selectReactions, func(rows *sql.Rows) error { return b.scanReactions(rows, messageUserKey{k, r.reactor}) },
				w, st, int64(r.message), string(r.reactor))
		case r.replier != "":
			q.ask(selectReplies, func(rows *sql.Rows) error {
				return scanInto(rows, &b.view.replies, messageUserKey{k, r.replier}, scanCount)
			}, w, st, int64(r.message), string(r.replier))
		case r.message != 0:
			query, args := b.store.dialect.messageByTS(k, 0)
			q.ask(query, func(rows *sql.Rows) error { return scanInto(rows, &b.view.messages, k, scanMessage) }, args...)
		}
	}
}

// addKey looks a key up for the day of this process's clock; what that leaves
// open, usedKey asks for.
func (b *batch) addKey(q *multiQuery, k dedupeKey, day int64) {
	q.ask(selectKey, func(rows *sql.Rows) error {
		h := b.heads[k.stream]
		if !rows.Next() {
			if h != nil && h.day(b.nowMS) == day {
				put(&b.view.keys, k, usedKey{})
			}
			return rows.Err()
		}
		used, err := scanKey(rows)
		put(&b.view.keys, k, used)
		return err
	}, keyArgs(k, day)...)
}

func (b *batch) scanReactions(rows *sql.Rows, k messageUserKey) error {
	names := []string{}
	for rows.Next() {
		name, err := scanText(rows)
		if err != nil {
			return err
		}
		names = append(names, name)
	}
	put(&b.view.reactions, k, names)
	return rows.Err()
}

// maxSend bounds the bytes of one round trip of writes.
const maxSend = 4 << 20

// commit sends everything queued, then COMMIT, in one round trip unless there is
// very much. The jobs are marked while it is open whether it happened.
func (b *batch) commit(jobs []*job) error {
	q := &multiQuery{}
	size := 0
	add := func(query string, args []any) error {
		q.add(query, args...)
		if size += sizeOf(query, args); size < maxSend {
			return nil
		}
		err := q.exec(b.session)
		q, size = &multiQuery{}, 0
		return err
	}
	if err := b.eachStatement(add); err != nil {
		return err
	}
	if err := b.eachHead(add); err != nil {
		return err
	}
	q.add("COMMIT")
	err := q.exec(b.session)
	if err != nil && connectionLost(err) {
		for _, j := range jobs {
			j.lost = true
		}
	}
	return err
}
