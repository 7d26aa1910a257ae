package chat

import "strings"

// urlEnd is where the bare URL that begins at s[i] ends, 0 where none does.
func urlEnd(s string, i int) int {
	start := i + urlPrefix(s[i:])
	if start == i || start == len(s) || !isWord(s[start]) && s[start] != '[' {
		return 0
	}
	end := start
	for end < len(s) && isURLByte(s, end) {
		end++
	}
	end = trimURL(s, i, end)
	if hasFold(s[i:], "www.") && strings.IndexByte(s[start:end], '.') <= 0 {
		return 0
	}
	return end
}

func urlPrefix(s string) int {
	for _, p := range [...]string{"http://", "https://", "www.", "ftp://"} {
		if hasFold(s, p) {
			return len(p)
		}
	}
	return 0
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && (s[0]|0x20) == prefix[0] && strings.EqualFold(s[:len(prefix)], prefix)
}

// isURLByte tells whether s[i] can stand in a bare URL; an escaped < or > ends it.
func isURLByte(s string, i int) bool {
	switch c := s[i]; c {
	case '<', '>', '"', '`', '\\', '^', '{', '}':
		return false
	case '&':
		return !strings.HasPrefix(s[i:], "&lt;") && !strings.HasPrefix(s[i:], "&gt;")
	default:
		return c > ' ' && c != 0x7f
	}
}

// trimURL takes off the punctuation after a URL that belongs to the sentence:
// a closing bracket only if it closes none of the URL's own.
func trimURL(s string, from, end int) int {
	open := strings.Count(s[from:end], "(") - strings.Count(s[from:end], ")")
	for end > from {
		switch s[end-1] {
		case ')':
			if open >= 0 {
				return end
			}
			open++
		case '.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', ']', '|', '&':
		default:
			return end
		}
		end--
	}
	return end
}

// emailEnd looks for an e-mail address at s[i]. at is the place of its @, 0
// where there is no address; then end is how far it is sure that none begins.
func emailEnd(s string, i int) (end, at int) {
	at = i
	for at < len(s) && isLocalByte(s[at]) {
		at++
	}
	if at == len(s) || s[at] != '@' || at-i > 64 || s[at-1] == '.' {
		return at, 0
	}
	end = at + 1
	for end < len(s) && end-at <= 254 && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.') {
		end++
	}
	for end > at+1 && !isAlnum(s[end-1]) {
		end--
	}
	host := s[at+1 : end]
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || host[0] == '-' || host[0] == '.' || len(host)-dot < 3 || !isLetter(host[dot+1]) || strings.Contains(host, "..") {
		return at, 0
	}
	if end < len(s) && (isWord(s[end]) || s[end] == '@') {
		return at, 0
	}
	return end, at
}

func isLocalByte(c byte) bool {
	return isAlnum(c) || strings.IndexByte("._%+-", c) >= 0
}
