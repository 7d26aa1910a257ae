package words

import "testing"

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"Ada Lovelace": "ada lovelace", "José-María": "jose-maria", "José": "jose", "GROSS_Straße": "gross_strasse",
		"Łódź 2": "lodz 2", "日本 か": "日本 か", "": "",
	} {
		if got := Fold(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
