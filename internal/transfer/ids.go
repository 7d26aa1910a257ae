package transfer

import "bytes"

// rewrite puts other ids into a message's JSON: wherever one of them stands by
// itself, in a key's value, a mention or a text, but not in an URL.
func rewrite(raw []byte, ids map[string]string) []byte {
	if len(ids) == 0 {
		return raw
	}
	var out bytes.Buffer
	done := 0
	for i := 0; i < len(raw); {
		if !isIDByte(raw[i]) {
			i++
			continue
		}
		end := i
		for end < len(raw) && isIDByte(raw[end]) {
			end++
		}
		if n := end - i; n >= 9 && n <= 11 && standsAlone(raw, i, end) {
			if id, ok := ids[string(raw[i:end])]; ok {
				out.Write(raw[done:i])
				out.WriteString(id)
				done = end
			}
		}
		i = end
	}
	if done == 0 {
		return raw
	}
	out.Write(raw[done:])
	return out.Bytes()
}

func isIDByte(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }

// standsAlone tells whether the run of capitals and digits is no part of a word,
// of a path or of an escape.
func standsAlone(raw []byte, from, to int) bool {
	return (from == 0 || !partOfWord(raw[from-1])) && (to == len(raw) || !partOfWord(raw[to]) || raw[to] == '\\')
}

func partOfWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 0x80 || bytes.IndexByte([]byte(`_/-=%.\`), c) >= 0
}
