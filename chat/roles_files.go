package chat

import (
	"context"
	"io"
)

// Files keeps what people upload. The API decides who may; this role has the bytes.
type Files interface {
	// UploadPath is the path of an URL to which a file's bytes may be sent, by
	// whoever has it, for a while: exactly so many.
	UploadPath(w WorkspaceID, f FileID, length int64) string
	// DirectUpload is where they may be sent past this server; nil where there is
	// no such place.
	DirectUpload(ctx context.Context, w WorkspaceID, f FileID, length int64) (*DirectUpload, error)
	// TakeIn takes in what came that way of a pending file; where nothing did, the
	// file stays as it is. Invalid "body" where it is of another length.
	TakeIn(ctx context.Context, f File) error
	// Receive keeps the bytes of a pending file and tells what they are; its
	// type is guessed from the name where the bytes are text. Limited "size"
	// where there are more than most, Invalid "body" where the reader fails.
	Receive(ctx context.Context, f File, body io.Reader, most int64) (File, error)
	// Erase removes what is left of a file that was deleted. What fails is tried
	// again later.
	Erase(ctx context.Context, w WorkspaceID, f FileID)
	// SavePicture makes a picture of what was uploaded, in each of the sizes,
	// and answers its name. Invalid "image", Limited "image" for one that is too
	// large to look into, Limited "frames" for too long an animation.
	SavePicture(ctx context.Context, w WorkspaceID, image []byte, crop Crop, sizes []int) (string, error)
	// Limits are what one file and a workspace's files may have, in bytes; 0: no
	// bound of the workspace's.
	Limits() (file, workspace int64)
}

// Crop is the square of an image that is meant, in pixels; W 0: as large a one as
// fits, in the middle.
type Crop struct{ X, Y, W int }

// Whole crops nothing, and leaves animations as they are: for emoji.
var Whole = Crop{W: -1}

// DirectUpload says how a file's bytes are sent to where they will lie: exactly as
// many as were announced, with these headers.
type DirectUpload struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
}
