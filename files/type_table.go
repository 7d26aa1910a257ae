package files

import "bytes"

// texts are the types of texts by how their names end.
var texts = map[string]string{
	"txt": "text", "log": "text", "md": "markdown", "markdown": "markdown", "csv": "csv", "tsv": "tsv", "html": "html", "htm": "html", "xml": "xml",
	"svg": "svg", "css": "css", "js": "javascript", "mjs": "javascript", "ts": "typescript", "tsx": "typescript", "json": "json", "yaml": "yaml",
	"yml": "yaml", "toml": "toml", "go": "go", "py": "python", "rb": "ruby", "java": "java", "kt": "kotlin", "swift": "swift", "c": "c", "h": "c",
	"cc": "cpp", "cpp": "cpp", "hpp": "cpp", "cs": "csharp", "rs": "rust", "php": "php", "pl": "perl", "lua": "lua", "scala": "scala", "hs": "haskell",
	"erl": "erlang", "r": "r", "sql": "sql", "sh": "shell", "bash": "shell", "ps1": "powershell", "diff": "diff", "patch": "diff", "tex": "latex",
	"eml": "email", "rtf": "rtf",
}

// ofBytes are the types of what http.DetectContentType knows.
var ofBytes = map[string]string{
	"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp", "application/pdf": "pdf",
	"application/zip": "zip", "application/x-gzip": "gzip", "application/x-rar-compressed": "rar", "audio/mpeg": "mp3", "application/ogg": "ogg",
	"audio/wave": "wav", "video/mp4": "mp4", "video/webm": "webm", "video/avi": "avi",
}

// ofName are the types of packages that hold something more special, by how
// their names end: only where the bytes are such a package.
var ofName = map[string]struct{ sniffed, kind, mime string }{
	"docx": {"application/zip", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	"xlsx": {"application/zip", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	"pptx": {"application/zip", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	"odt":  {"application/zip", "odt", "application/vnd.oasis.opendocument.text"},
	"ods":  {"application/zip", "ods", "application/vnd.oasis.opendocument.spreadsheet"},
	"odp":  {"application/zip", "odp", "application/vnd.oasis.opendocument.presentation"},
	"epub": {"application/zip", "epub", "application/epub+zip"},
	"m4a":  {"video/mp4", "m4a", "audio/mp4"},
}

// signatures are of what http.DetectContentType does not know.
var signatures = []struct {
	at         int
	bytes      string
	kind, mime string
}{
	{0, "fLaC", "flac", "audio/flac"},
	{4, "ftypM4A ", "m4a", "audio/mp4"},
	{4, "ftypqt  ", "mov", "video/quicktime"},
	{4, "ftypavif", "avif", "image/avif"},
	{4, "ftypheic", "heic", "image/heic"},
	{4, "ftypheix", "heic", "image/heic"},
	{0, "II*\x00", "tiff", "image/tiff"},
	{0, "MM\x00*", "tiff", "image/tiff"},
	{0, "8BPS", "psd", "image/vnd.adobe.photoshop"},
	{0, "7z\xbc\xaf\x27\x1c", "7z", "application/x-7z-compressed"},
	{257, "ustar", "tar", "application/x-tar"},
}

func sniffMore(head []byte) (kind, mime string) {
	for _, s := range signatures {
		if len(head) >= s.at+len(s.bytes) && bytes.Equal(head[s.at:s.at+len(s.bytes)], []byte(s.bytes)) {
			return s.kind, s.mime
		}
	}
	return "", ""
}

// inline are the types that a browser may show by itself: none of them can run
// anything. Everything else is for keeping.
var inline = map[string]string{
	"image/png": "image/png", "image/jpeg": "image/jpeg", "image/gif": "image/gif", "image/webp": "image/webp", "image/bmp": "image/bmp",
	"image/avif": "image/avif", "audio/mpeg": "audio/mpeg", "application/ogg": "application/ogg", "audio/wave": "audio/wave",
	"audio/flac": "audio/flac", "audio/mp4": "audio/mp4", "video/mp4": "video/mp4", "video/webm": "video/webm", "video/quicktime": "video/quicktime",
	"text/plain": "text/plain; charset=utf-8",
}

// safeType is what a file's bytes are called where they are not shown: nothing
// that a browser knows how to run.
func safeType(mime string) string {
	switch mime {
	case "application/pdf", "application/zip", "application/x-gzip":
		return mime
	}
	return "application/octet-stream"
}
