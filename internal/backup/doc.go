// Package backup writes and reads backups: a folder, or a tar file, with a
// consistent copy of the database, the files that people uploaded, a list of the
// checksums of both, and, written last, a manifest that says what it is.
//
//	taut backup ──▶ Write ──▶ store.TakeSnapshot, DATA/files ──▶ FOLDER or FILE
//	taut restore ──▶ Unpack ──▶ store.Restore
//
// A backup without its manifest is one that was cut off, and is refused. The list
// is as sha256sum writes it, so that a backup can be checked without Taut. The
// package starts no goroutine.
package backup
