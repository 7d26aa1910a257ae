package search

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"taut/chat"
	"taut/store"
)

// piece is what the log told of a stream after a cursor.
type piece struct {
	stream  chat.Stream
	after   cursor
	changes store.Changes
	num     int64 // the stream's, once it is written
}

// batch is one transaction of the follower's.
type batch struct {
	ctx context.Context
	tx  *sql.Tx
	// numbers are those of the tags' names; it outlives the batch.
	numbers  *numbers
	prepared map[string]*sql.Stmt

	tenants map[chat.WorkspaceID]int64
	jobs    []job
	// rows that wait to be written
	words, docRows, bodies, tags table

	removed bool // something was taken out
	docs    int  // written
}

// job brings one document to what it should be.
type job struct {
	id     int64
	tenant int64
	doc    *doc // nil: it goes
	old    bool // there may be one
}

// apply writes pieces of several streams, with the cursors after them. Applying a
// piece twice, or one of long ago, does no harm, as each tells what is now.
func (x *index) apply(ctx context.Context, n *numbers, pieces []piece) (b *batch, err error) {
	tx, err := x.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	b = &batch{ctx: ctx, tx: tx, numbers: n, prepared: map[string]*sql.Stmt{}, tenants: map[chat.WorkspaceID]int64{}}
	b.words, b.docRows, b.bodies, b.tags = newTables()
	for i := range pieces {
		if err := b.plan(&pieces[i]); err != nil {
			return b, fmt.Errorf("plan: %w", err)
		}
	}
	// The index of words takes documents in the order of their ids, or it has to
	// begin a new piece of itself for each.
	slices.SortStableFunc(b.jobs, func(a, c job) int { return cmp.Compare(a.id, c.id) })
	for _, j := range b.jobs {
		if err := b.run(j); err != nil {
			return b, fmt.Errorf("write: %w", err)
		}
	}
	if err := b.flush(); err != nil {
		return b, fmt.Errorf("write: %w", err)
	}
	return b, tx.Commit()
}

// maxForgotten is how many documents whose time was over one piece takes out: to
// forget one takes a millisecond.
const maxForgotten = 500

// plan lists what is to be done for a piece, and moves the cursor; not where more
// is to be forgotten than one transaction should.
func (b *batch) plan(p *piece) error {
	tenant, err := b.tenant(p.stream.Workspace)
	if err != nil {
		return err
	}
	if p.num, err = b.stream(*p); err != nil {
		return err
	}
	num := p.num
	if p.changes.Gone != 0 {
		more, err := b.forgetOld(tenant, num, p.changes)
		if err != nil {
			return err
		}
		if more {
			p.changes.Next = p.after.seq
			_, err = b.stream(*p)
			return err
		}
	}
	old, err := b.within(p)
	if err != nil {
		return err
	}
	for _, c := range p.changes.Changed {
		before := c.Seq <= p.after.seq
		wanted := docsOf(idOf(num, c.Seq), c)
		for _, d := range wanted {
			b.jobs = append(b.jobs, job{id: d.id, tenant: tenant, doc: &d, old: before || old[d.id]})
			delete(old, d.id)
		}
		if !before {
			continue
		}
		if err := b.forget(tenant, idOf(num, c.Seq), wanted); err != nil {
			return err
		}
	}
	// Of a piece that is read anew, what is no more.
	for id := range old {
		b.jobs = append(b.jobs, job{id: id, tenant: tenant, old: true})
	}
	return nil
}

// forgetOld lists the documents whose time was over, and whether there are more
// than those.
func (b *batch) forgetOld(tenant, num int64, c store.Changes) (more bool, err error) {
	from, _ := spanOf(num, false)
	last := idOf(num, c.GoneSeq)
	ids, err := b.ids("SELECT id FROM (SELECT id, ts FROM docs WHERE id BETWEEN ? AND ? UNION ALL SELECT id, ts FROM docs WHERE id BETWEEN ? AND ?) WHERE ts <= ? LIMIT ?",
		from, last, fileIDOf(from, 0), fileIDOf(last, 0), int64(c.Gone), maxForgotten)
	for id := range ids {
		b.jobs = append(b.jobs, job{id: id, tenant: tenant, old: true})
	}
	return len(ids) == maxForgotten, err
}

// forget lists those documents of an earlier message that are no more wanted.
func (b *batch) forget(tenant, message int64, wanted []doc) error {
	ids, err := b.ids("SELECT id FROM docs WHERE id = ? OR id BETWEEN ? AND ?", message, fileIDOf(message, 0), fileIDOf(message, maxFiles-1))
	for id := range ids {
		if !slices.ContainsFunc(wanted, func(d doc) bool { return d.id == id }) {
			b.jobs = append(b.jobs, job{id: id, tenant: tenant, old: true})
		}
	}
	return err
}

// within are the documents of a piece of a stream that are there already: there
// can be some where the stream is read anew.
func (b *batch) within(p *piece) (map[int64]bool, error) {
	if p.after.num != 0 && p.after.seq >= p.after.began {
		return nil, nil
	}
	from, last := idOf(p.num, p.after.seq+1), idOf(p.num, p.changes.Next)
	return b.ids("SELECT id FROM docs WHERE id BETWEEN ? AND ? UNION ALL SELECT id FROM docs WHERE id BETWEEN ? AND ?",
		from, last, fileIDOf(from, 0), fileIDOf(last, maxFiles-1))
}

func (b *batch) ids(query string, args ...any) (map[int64]bool, error) {
	statement, err := b.statement(query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(b.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[int64]bool{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		found[id] = true
	}
	return found, rows.Err()
}

// run brings one document to what it should be.
func (b *batch) run(j job) error {
	var tags []int64
	if j.doc != nil {
		var err error
		if tags, err = b.tagNumbers(j.tenant, j.doc.tags); err != nil {
			return err
		}
	}
	if j.old {
		same, err := b.replace(j, tags)
		if err != nil || same {
			return err
		}
	}
	if j.doc == nil {
		return nil
	}
	return b.insert(j, tags)
}

// replace takes the old document out, if there is one, unless it is the same.
func (b *batch) replace(j job, tags []int64) (same bool, err error) {
	var text string
	var raw []byte
	var ts, thread int64
	err = b.row("SELECT b.words, b.tags, d.ts, d.thread FROM bodies b JOIN docs d ON d.id = b.id WHERE b.id = ?", j.id).Scan(&text, &raw, &ts, &thread)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	old := unpack(raw)
	if j.doc != nil && text == j.doc.words && slices.Equal(old, tags) && ts == int64(j.doc.ts) && thread == int64(j.doc.thread) {
		return true, nil
	}
	b.removed = true
	// The index of words takes what came before first.
	if err := b.flush(); err != nil {
		return false, err
	}
	err = b.exec("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", j.id, terms(j.tenant, text))
	for _, tag := range old {
		err = errors.Join(err, b.exec("DELETE FROM tags WHERE tag = ? AND id = ?", tag, j.id))
	}
	for _, table := range []string{"docs", "bodies", "files"} {
		err = errors.Join(err, b.exec("DELETE FROM "+table+" WHERE id = ?", j.id))
	}
	return false, err
}

func (b *batch) insert(j job, tags []int64) error {
	d := j.doc
	author, err := b.tagNumbers(j.tenant, []string{d.author})
	if err != nil {
		return err
	}
	b.docs++
	err = errors.Join(
		b.add(&b.words, d.id, terms(j.tenant, d.words)),
		b.add(&b.docRows, d.id, int64(d.ts), int64(d.thread), author[0]),
		b.add(&b.bodies, d.id, d.words, pack(tags)))
	for _, tag := range tags {
		err = errors.Join(err, b.add(&b.tags, tag, d.id))
	}
	if d.file != "" {
		err = errors.Join(err, b.exec("INSERT INTO files (id, file) VALUES (?, ?)", d.id, d.file))
	}
	return err
}

// terms are words as the index of words has them.
func terms(tenant int64, text string) string {
	if text == "" {
		return ""
	}
	before := term(tenant, "")
	return before + strings.ReplaceAll(text, " ", " "+before)
}

// tenant is the number of a workspace.
func (b *batch) tenant(w chat.WorkspaceID) (int64, error) {
	if num, ok := b.tenants[w]; ok {
		return num, nil
	}
	var num int64
	err := b.row("INSERT INTO tenants (workspace) VALUES (?) ON CONFLICT (workspace) DO UPDATE SET workspace = excluded.workspace RETURNING num", string(w)).Scan(&num)
	b.tenants[w] = num
	return num, err
}

// stream is the number of the piece's stream, whose cursor it moves.
func (b *batch) stream(p piece) (num int64, err error) {
	if p.after.num != 0 {
		return p.after.num, b.exec("UPDATE streams SET type = ?, seq = ?, began = ? WHERE num = ?",
			string(p.changes.Type), p.changes.Next, p.after.began, p.after.num)
	}
	err = b.row("INSERT INTO streams (workspace, stream, type, seq, began) VALUES (?, ?, ?, ?, ?)"+
		" ON CONFLICT (workspace, stream) DO UPDATE SET type = excluded.type, seq = excluded.seq, began = excluded.began RETURNING num",
		string(p.stream.Workspace), string(p.stream.ID), string(p.changes.Type), p.changes.Next, p.after.began).Scan(&num)
	return num, err
}
