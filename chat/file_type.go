package chat

// fileTypes are Slack's words for what files hold, with the names that people read.
var fileTypes = map[string]string{
	"binary": "Binary", "text": "Plain Text", "png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WebP", "bmp": "Bitmap", "svg": "SVG",
	"avif": "AVIF", "heic": "HEIC", "tiff": "TIFF", "psd": "Photoshop Document", "pdf": "PDF", "zip": "Zip", "gzip": "Gzip", "tar": "Tar", "rar": "RAR", "7z": "7-Zip",
	"mp3": "MP3", "m4a": "MPEG 4 Audio", "ogg": "OGG", "wav": "Wave", "flac": "FLAC", "aac": "AAC", "mp4": "MPEG 4 Video", "mov": "QuickTime Movie",
	"webm": "WebM", "mkv": "Matroska", "avi": "AVI", "mpg": "MPEG",
	"doc": "Word Document", "docx": "Word Document", "xls": "Excel Spreadsheet", "xlsx": "Excel Spreadsheet", "ppt": "PowerPoint Presentation",
	"pptx": "PowerPoint Presentation", "odt": "OpenDocument Text", "ods": "OpenDocument Spreadsheet", "odp": "OpenDocument Presentation",
	"epub": "EPUB", "rtf": "Rich Text File", "csv": "CSV", "tsv": "TSV", "html": "HTML", "xml": "XML", "css": "CSS", "javascript": "JavaScript/JSON",
	"typescript": "TypeScript", "json": "JSON", "yaml": "YAML", "toml": "TOML", "markdown": "Markdown", "go": "Go", "python": "Python", "ruby": "Ruby",
	"java": "Java", "kotlin": "Kotlin", "swift": "Swift", "c": "C", "cpp": "C++", "csharp": "C#", "rust": "Rust", "php": "PHP", "perl": "Perl",
	"lua": "Lua", "scala": "Scala", "haskell": "Haskell", "erlang": "Erlang", "r": "R", "sql": "SQL", "shell": "Shell", "powershell": "PowerShell",
	"diff": "Diff", "dockerfile": "Docker", "latex": "LaTeX/sTeX", "email": "Email",
}

// KnownFileType tells whether it is one of Slack's words.
func KnownFileType(t string) bool { _, ok := fileTypes[t]; return ok }

// PrettyType is how people call a type of files.
func PrettyType(t string) string {
	if pretty, ok := fileTypes[t]; ok {
		return pretty
	}
	return fileTypes["binary"]
}
