// Package files is the role that has people's files: it takes uploads, serves
// them and their smaller pictures, and removes what was deleted.
//
//	POST /upload/v1/TICKET          the bytes of a file, to whoever has the ticket
//	GET  /files-pri/T…-F…/name      the file; /files-pri/T…-F…/download/name to keep it
//	GET  /files-tmb/T…-F…/thumb_360.png
//	GET  /pictures/T…-WORD-72.png   a person's picture or an emoji; WORD is the secret
//
// What a file is called and who sees it stands in the store's files table; the
// API (webapi) makes, shares and deletes files there and asks this role, through
// chat.Files, for what concerns their bytes. Each request for a file is checked
// anew: the caller's token or session, and whether they may read a channel where
// the file is shared. Who may not gets the same 404 as for a file that never was.
//
// # Bytes
//
// Bytes are blobs (see Blobs): immutable once written, named by ids alone, so that
// no name of a person's is ever part of a path. On disk they lie in the data
// folder:
//
//	files/T…/ab/F…              a file; ab are the last two characters of its id
//	files/T…/ab/F….thumb_360    a smaller picture of it
//	files/T…/ab/WORD.72         a person's picture or an emoji, in a size
//	files/tmp/…                 being written
//
// A blob is written under a temporary name, synced, renamed, and its folder is
// synced, before the row says that it is there and before anybody gets an answer.
// A blob goes only after its row says so (state deleted or the upload given up;
// pictures.due_ms): who copies the database first and then the blobs has every
// blob that the copy's rows speak of, if nothing is removed meanwhile. For that a
// backup takes hold.Files (internal/hold) before the first and lets go after the
// last. Blobs.List gives all of them.
//
// # In a bucket
//
// Where a bucket of an S3 is set (internal/bucket), blobs are objects: T…/F….ATTEMPT,
// T…/F….thumb_360_ATTEMPT, as several uploads of a file may go on at a time. A writer sends parts that wait on the disk until they are whole.
// The web client sends to a signed URL below incoming/, from where what came is taken
// in (direct.go), and browsers are redirected to a signed URL of what they may see;
// programs get both from here, as most can't be redirected with a token.
//
// # Goroutines
//
// One, the sweeper, owned by the Service and awaited by Close: it removes what
// deletions and dead uploads left. Everything else runs in its request's
// goroutine, bounded in number by workspace and in all; images are decoded in a
// budget of memory.
package files
