package chat

import "testing"

func TestValidName(t *testing.T) {
	for _, name := range []string{"", "Ada", "Ada Lovelace", "李雷", "👩‍🔬", "نورا", "Zoë\u200d"} {
		if !ValidName(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"\u200b\u200b", " ", "\u200b \u200b", "\ufeff", "\u2060", "\u3164", "\u115f", "Ada\u202e", "a\nb", "\xff"} {
		if ValidName(name) {
			t.Errorf("%q is taken", name)
		}
	}
}
