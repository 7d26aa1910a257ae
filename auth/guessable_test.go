package auth

import "testing"

func TestGuessable(t *testing.T) {
	theirs := []string{"acme", "Acme Trading", "ada.lovelace", "Ada Lovelace", "countess.ada@example.org", ""}
	for _, bad := range []string{
		"password", "Password123", "12345678", "qwertyuiop", "PASSW0RD", "zzzzzzzzzz", "acme trading", "AcmeTrading",
		"Ada Lovelace", "adalovelace", "ada.lovelace", "countess.ada", "Countess.Ada@Example.org",
	} {
		if !guessable(bad, theirs) {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, good := range []string{"correct horse battery", "ada lovelace 1815!", "acme trading in tin", "12345678 and then some"} {
		if guessable(good, theirs) {
			t.Errorf("%q is refused", good)
		}
	}
}
