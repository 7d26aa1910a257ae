package files

import (
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"time"

	"taut/chat"
)

// Blobs keeps bytes under keys. Blobs are immutable: written once, whole or not
// at all. Every method may be called from several goroutines.
type Blobs interface {
	// Create begins a blob. Nothing is to be seen of it before its Commit.
	Create(ctx context.Context, k Key) (BlobWriter, error)
	// Open is errNoBlob where there is none.
	Open(ctx context.Context, k Key) (Blob, error)
	// Remove removes the blobs of an item: the one itself and those made from
	// it. What is not there is no error.
	Remove(ctx context.Context, w chat.WorkspaceID, item string) error
	// List gives all blobs, in no order.
	List(ctx context.Context) iter.Seq2[Key, error]
	// Sweep removes what writers left that were cut off before then.
	Sweep(ctx context.Context, before time.Time) error
}

// Key names a blob: an item of a workspace, and which form of it; "" is the item
// itself. Items are the ids of files and the words of pictures.
type Key struct {
	Workspace chat.WorkspaceID
	Item      string
	Form      string
}

// fileKey names a file.
func fileKey(w chat.WorkspaceID, f chat.FileID) Key { return Key{Workspace: w, Item: string(f)} }

// bytesKey names its bytes, those of the upload that was finished first.
func bytesKey(f chat.File) Key { return Key{f.Workspace, string(f.ID), f.Media.Attempt} }

func thumbKey(f chat.File, size int) Key {
	form := "thumb_" + strconv.Itoa(size)
	if f.Media.Attempt != "" {
		form += "_" + f.Media.Attempt
	}
	return Key{f.Workspace, string(f.ID), form}
}

// ok tells whether the key can be a name: nothing else reaches the disk.
func (k Key) ok() bool {
	return chat.ValidID(string(k.Workspace), "T") && len(k.Item) >= 8 && len(k.Item) <= 64 && plain(k.Item) && len(k.Form) <= 32 && plain(k.Form)
}

func plain(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' {
			return false
		}
	}
	return true
}

// BlobWriter takes a blob's bytes. Flush brings those that came so far to the disk,
// so that Commit has little left to write. Commit makes them durable and to be seen;
// Discard without it leaves nothing, and after it does nothing.
type BlobWriter interface {
	io.Writer
	Flush() error
	Commit() error
	Discard()
}

// Blob is one that is read.
type Blob interface {
	io.ReadSeekCloser
	Size() int64
}

var errNoBlob = errors.New("no such blob")
