package auth

import (
	"slices"
	"strings"
	"unicode"
)

// commonest are passwords that whoever guesses tries first, of those that are long
// enough to be one.
var commonest = strings.Fields(`
	0123456789 00000000 11111111 11112222 11223344 12121212 12341234 12344321 12345678 123456789 1234567890 123123123 123321123
	123456abc 147258369 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 55555555 66666666 87654321 88888888 987654321 9876543210 99999999
	a1b2c3d4 abc12345 abcd1234 abcdefgh aa123456 admin123 admin1234 administrator asdf1234 asdfasdf asdfghjk asdfghjkl
	baseball changeme changeme1 changeme123 computer default1 dragon123 football iloveyou internet letmein1 letmein123
	login123 master123 michelle monkey123 motdepasse p@ssw0rd p@ssword pa55word pa55w0rd pa$$w0rd passw0rd passw0rd1 password
	password! password1 password12 password123 password1234 password1! password123! password01 password2 passwort passwort1 pass1234
	princess q1w2e3r4 qazwsxedc qwer1234 qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop qwertz123 qwertzuiop root1234
	secret123 starwars sunshine superman test1234 testtest testing123 trustno1 welcome1 welcome123 whatever zaq12wsx zxcvbnm1 zxcvbnm,
	slack123 slackslack contraseña senha123 geheim123 hallo123`)

// guessable tells of a password that it is among the commonest, one character again
// and again, or one of the names that belong to the account, in any case and with or
// without spaces; of an address also what is before the @.
func guessable(password string, names []string) bool {
	p := plainWord(password)
	if slices.Contains(commonest, p) || p != "" && strings.Trim(p, string([]rune(p)[0])) == "" {
		return true
	}
	return slices.ContainsFunc(names, func(name string) bool {
		n := plainWord(name)
		local, _, isAddress := strings.Cut(n, "@")
		return n != "" && (n == p || isAddress && local == p)
	})
}

// plainWord is a text as who guesses sees it.
func plainWord(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}
