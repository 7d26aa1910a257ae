package search

import (
	"math"
	"strconv"
	"strings"
)

// query is the SQL of what fits.
func (l *listing) query(scored bool) (string, []any, error) {
	q := &sqlText{}
	q.add("SELECT d.id, d.ts")
	if scored {
		q.add(", bm25(words)")
	}
	if l.plan.files {
		q.add(", f.file")
	}
	need := l.plan.need
	switch {
	case l.plan.match != "":
		from, to := l.span()
		q.add(" FROM words CROSS JOIN docs d ON d.id = words.rowid WHERE words MATCH ? AND words.rowid BETWEEN ? AND ?", l.plan.match, from, to)
	case len(need) > 0:
		from, to := l.span()
		q.add(" FROM docs d WHERE d.id IN (SELECT id FROM tags WHERE tag IN (SELECT value FROM json_each(?)) AND id BETWEEN ? AND ?)", jsonList(need[0]), from, to)
		need = need[1:]
	default:
		spans, err := l.spans()
		if err != nil {
			return "", nil, err
		}
		q.add(" FROM json_each(?) s CROSS JOIN docs d ON d.id BETWEEN s.value ->> 0 AND s.value ->> 1 WHERE 1", spans)
	}
	l.conditions(q, need)
	text := q.text.String()
	if l.plan.files {
		text = strings.Replace(text, " WHERE ", " JOIN files f ON f.id = d.id WHERE ", 1)
	}
	return text, q.args, nil
}

func (l *listing) conditions(q *sqlText, need [][]int64) {
	p := l.plan
	q.add(" AND d.ts >= ? AND d.ts < ?", int64(p.from), int64(p.to))
	for _, s := range p.spans {
		q.add(" AND NOT (d.ts >= ? AND d.ts < ?)", int64(s.from), int64(s.to))
	}
	const has = "EXISTS (SELECT 1 FROM tags x WHERE x.id = d.id AND x.tag IN (SELECT value FROM json_each(?)))"
	for _, tags := range need {
		q.add(" AND "+has, jsonList(tags))
	}
	if len(p.deny) > 0 {
		q.add(" AND NOT "+has, jsonList(p.deny))
	}
	switch p.thread {
	case 1:
		q.add(" AND d.thread <> 0")
	case -1:
		q.add(" AND d.thread = 0")
	}
	for _, c := range p.where {
		q.add(" AND "+c.sql, c.args...)
	}
	if p.matchNot != "" {
		q.add(" AND d.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)", p.matchNot)
	}
}

// span are the ids that come into question.
func (l *listing) span() (from, to int64) {
	if len(l.plan.in) == 1 {
		for stream := range l.plan.in {
			return spanOf(stream, l.plan.files)
		}
	}
	if l.plan.files {
		return fileBit, math.MaxInt64
	}
	return 0, fileBit - 1
}

// spans are the ids of all streams that come into question, in JSON.
func (l *listing) spans() (string, error) {
	var nums []int64
	if l.plan.in == nil {
		var err error
		if nums, err = l.x.readable(l.ctx, l.plan); err != nil {
			return "", err
		}
	}
	for stream := range l.plan.in {
		nums = append(nums, stream)
	}
	var list strings.Builder
	list.WriteByte('[')
	for i, stream := range nums {
		if i > 0 {
			list.WriteByte(',')
		}
		from, to := spanOf(stream, l.plan.files)
		list.WriteString("[" + strconv.FormatInt(from, 10) + "," + strconv.FormatInt(to, 10) + "]")
	}
	list.WriteByte(']')
	return list.String(), nil
}

// sqlText is a query under construction.
type sqlText struct {
	text strings.Builder
	args []any
}

func (q *sqlText) add(text string, args ...any) {
	q.text.WriteString(text)
	q.args = append(q.args, args...)
}
