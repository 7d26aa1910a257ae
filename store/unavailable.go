package store

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"taut/chat"
)

// unavailable makes Unavailable of errors that say that the database is not to be
// had now, so that clients come again. The detail stays, for the log.
func unavailable(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	if connectionLost(err) || mysqlFails(err) || storageFails(err) {
		return fmt.Errorf("%w (%w)", chat.NewError(chat.Unavailable, "store"), err)
	}
	return err
}

// storageFails tells whether SQLite could not use its files: a full disk, a fault
// of the disk, a lock that another process holds on to.
func storageFails(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff { // the rest is which operation it was
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY:
		return true
	}
	return false
}
