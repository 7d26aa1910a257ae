package search

import "strings"

// table gathers rows, as one statement for many costs less than half of as many
// statements.
type table struct {
	into    string // the table and its columns
	columns int
	args    []any
}

// maxRows is how many rows one statement writes.
const maxRows = 32

func newTables() (words, docs, bodies, tags table) {
	return table{into: "words (rowid, text)", columns: 2},
		table{into: "docs (id, ts, thread, author)", columns: 4},
		table{into: "bodies (id, words, tags)", columns: 3},
		table{into: "tags (tag, id)", columns: 2}
}

// add gathers a row, and writes those that were gathered where they are enough.
func (b *batch) add(t *table, row ...any) error {
	t.args = append(t.args, row...)
	if len(t.args) < maxRows*t.columns {
		return nil
	}
	return b.write(t)
}

// write writes a table's rows in powers of two, so that few texts serve all sizes.
func (b *batch) write(t *table) error {
	args := t.args
	for rows := maxRows; rows > 0; rows /= 2 {
		if n := rows * t.columns; len(args) >= n {
			if err := b.exec(t.insert(rows), args[:n]...); err != nil {
				return err
			}
			args = args[n:]
		}
	}
	t.args = t.args[:0]
	return nil
}

func (t *table) insert(rows int) string {
	row := "(?" + strings.Repeat(", ?", t.columns-1) + ")"
	return "INSERT INTO " + t.into + " VALUES " + row + strings.Repeat(", "+row, rows-1)
}

// flush writes all rows that were gathered.
func (b *batch) flush() error {
	for _, t := range []*table{&b.words, &b.docRows, &b.bodies, &b.tags} {
		if err := b.write(t); err != nil {
			return err
		}
	}
	return nil
}
