package chat

import "strconv"

// FileID names a file: F….
type FileID string

// FileState is how far a file has come. It only grows.
type FileState int

const (
	FilePending  FileState = 0 // its upload is awaited
	FileUploaded FileState = 1 // its bytes are kept, its owner has not completed it
	FileReady    FileState = 2 // it is there
	FileDeleted  FileState = 3 // nobody gets it any more; what is left of it goes
	FileGone     FileState = 4 // nothing is left but its id
)

// File is a file of a workspace's. Its bytes are a blob under its id.
type File struct {
	ID        FileID
	Workspace WorkspaceID
	Owner     UserID
	State     FileState
	Name      string
	Title     string
	AltText   string
	// Type is Slack's word for what it holds: "png", "text", "python".
	Type     string
	MimeType string // as its bytes say, not its sender
	Snippet  bool   // a text that was typed, not a file that was chosen
	Size     int64
	SHA256   string // of the bytes, hexadecimal; "" while they are awaited
	Media    FileMedia
	Public   bool // shared in a public channel
	// CreatedMS is when its upload was asked for.
	CreatedMS int64
	UpdatedMS int64
}

// FileMedia is what was found out by looking into a file.
type FileMedia struct {
	Width    int `json:"w,omitempty"` // as it is to be shown
	Height   int `json:"h,omitempty"`
	Rotation int `json:"rotation,omitempty"` // EXIF's, 1 to 8
	// Thumbs are its smaller pictures, of the type ThumbType ("png" or "jpg").
	Thumbs    []Thumb `json:"thumbs,omitempty"`
	ThumbType string  `json:"thumb_type,omitempty"`
	// Preview is the first lines of a text, Lines how many it has in all.
	Preview string `json:"preview,omitempty"`
	Lines   int    `json:"lines,omitempty"`
	Cut     bool   `json:"cut,omitempty"` // there is more than the preview
	// Attempt is part of the names of its blobs, where several uploads of it may have
	// left some; nobody but the files role asks for it.
	Attempt string `json:"attempt,omitempty"`
}

// Thumb is a smaller picture of an image.
type Thumb struct {
	Size   int `json:"size"` // that of its name: thumb_360
	Width  int `json:"w"`
	Height int `json:"h"`
}

// Share is a place where a file is shared: the message that has it.
type Share struct {
	File    FileID
	Channel ChannelID
	TS      TS
	Thread  TS
	User    UserID
	Public  bool // the channel is
}

// URLs of files begin with these paths.
const (
	FileFolder    = "/files-pri/"
	ThumbFolder   = "/files-tmb/"
	UploadFolder  = "/upload/v1/"
	PictureFolder = "/pictures/"
)

// path is the file's in a folder of URLs; the name is for people's eyes alone.
func (f File) path(folder string, rest ...string) string {
	p := folder + string(f.Workspace) + "-" + string(f.ID)
	for _, r := range rest {
		p += "/" + r
	}
	return p
}

// URLName is the name of the file as its URLs show it: what is no letter or
// digit of ASCII, dot, dash or underscore becomes an underscore.
func URLName(name string) string {
	const longest = 80
	b := []byte{}
	for _, r := range name {
		switch {
		case len(b) == longest:
			return string(b)
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			b = append(b, byte(r))
		case r >= 'A' && r <= 'Z':
			b = append(b, byte(r)+'a'-'A')
		default:
			b = append(b, '_')
		}
	}
	for _, only := range b {
		if only != '.' {
			return string(b)
		}
	}
	return "file" // a name of dots alone would lead out of its folder
}

// thumbName is the last part of a thumb's URL.
func (f File) thumbName(t Thumb) string {
	return "thumb_" + strconv.Itoa(t.Size) + "." + f.Media.ThumbType
}
