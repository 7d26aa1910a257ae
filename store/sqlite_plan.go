package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// SQLite knows nothing of how many rows a key finds, and holds the workspace alone,
// the first column of nearly each key, for as good as an index of its own: so it
// goes through all that a workspace has instead of using the index. What it would
// measure it is told here, of all tables the same: the plans are right from the
// first row on, and those of the tests are those of large places.

// rowsOfPrefix is how many rows are found by the first column of a key that begins
// with the workspace, by the first two, and so on.
var rowsOfPrefix = []int{100_000, 100, 20, 5, 2, 2, 2, 2}

const rowsOfTable = 1_000_000

// selectIndexes are the indexes that begin with the workspace, by the names that
// SQLite's statistics have for them, with their columns' number.
const selectIndexes = `SELECT t.name, CASE WHEN i.origin = 'pk' AND t.wr = 1 THEN t.name ELSE i.name END, i."unique",
	(SELECT COUNT(*) FROM pragma_index_info(i.name))
	FROM pragma_table_list t JOIN pragma_index_list(t.name) i WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'
	AND (SELECT c.name FROM pragma_index_info(i.name) c WHERE c.seqno = 0) = 'workspace_id' ORDER BY 1, 2`

// indexStat is a row of SQLite's statistics.
type indexStat struct{ table, index, stat string }

// planSQLite writes the statistics of all indexes, where they are not there yet.
func planSQLite(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, selectIndexes)
	want, err := collect(rows, err, func(r scanner) (i indexStat, err error) {
		var unique bool
		var columns int
		err = r.Scan(&i.table, &i.index, &unique, &columns)
		i.stat = statOf(columns, unique)
		return i, err
	})
	if err != nil {
		return fmt.Errorf("read the indexes: %w", err)
	}
	// Of this table alone it measures nothing, but makes that of the statistics.
	if _, err := conn.ExecContext(ctx, "ANALYZE sqlite_schema"); err != nil {
		return err
	}
	rows, err = conn.QueryContext(ctx, "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2")
	have, err := collect(rows, err, func(r scanner) (i indexStat, err error) { return i, r.Scan(&i.table, &i.index, &i.stat) })
	if err != nil || slices.Equal(have, want) {
		return err
	}
	return writeStats(ctx, conn, want)
}

// statOf is the table's rows, and those found by one column, by two and so on.
func statOf(columns int, unique bool) string {
	stat := fmt.Sprint(rowsOfTable)
	for i := range columns {
		n := rowsOfPrefix[min(i, len(rowsOfPrefix)-1)]
		if unique && i == columns-1 {
			n = 1
		}
		stat += fmt.Sprint(" ", n)
	}
	return stat
}

func writeStats(ctx context.Context, conn *sql.Conn, all []indexStat) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "DELETE FROM sqlite_stat1"); err != nil {
		return err
	}
	for _, i := range all {
		if _, err := tx.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", i.table, i.index, i.stat); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	// The connection reads them anew; others do as they open.
	_, err = conn.ExecContext(ctx, "ANALYZE sqlite_schema")
	return err
}
