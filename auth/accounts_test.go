package auth

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"taut/chat"
)

// The examples of RFC 6238, of which apps show the last six digits.
func TestTOTP(t *testing.T) {
	secret := totpBase32.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := time.Unix(at, 0)
		if step := CheckTOTP(secret, code[:3]+" "+code[3:], now); step != at/totpStep {
			t.Errorf("at %d: step %d", at, step)
		}
		for _, off := range []int64{-3, 3} {
			if CheckTOTP(secret, code, now.Add(time.Duration(off*totpStep)*time.Second)) != 0 {
				t.Errorf("at %d a code of %d steps before is taken", at, off)
			}
		}
	}
	for _, bad := range []string{"", "287082x", "28708", "-87082"} {
		if CheckTOTP(secret, bad, time.Unix(59, 0)) != 0 {
			t.Errorf("%q is taken", bad)
		}
	}
	if CheckTOTP("not base32!", "287082", time.Unix(59, 0)) != 0 {
		t.Error("a secret that is none has codes")
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, hashes := NewRecoveryCodes()
	seen := map[string]bool{}
	for i, c := range codes {
		if hashRecovery(strings.ToUpper(strings.ReplaceAll(c, "-", " "))) != hashes[i] || seen[c] {
			t.Errorf("code %q", c)
		}
		seen[c] = true
	}
	if len(codes) != recoveryCodes {
		t.Errorf("there are %d", len(codes))
	}
}

func TestBuckets(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	b := newBuckets(3, 0.5)
	for i := range 3 {
		if !b.take("x", now) {
			t.Errorf("take %d", i)
		}
	}
	if b.take("x", now) || b.has("x", now) || !b.has("y", now) {
		t.Error("an empty bucket gives, or takes from others")
	}
	b.putBack("x", now)
	if !b.take("x", now) || b.take("x", now.Add(time.Second)) || !b.take("x", now.Add(3*time.Second)) {
		t.Error("it doesn't fill as it should")
	}
	b.kept = 10
	for i := range 1000 {
		b.take(fmt.Sprint(i), now)
	}
	if n := len(b.current) + len(b.previous); n > 20 {
		t.Errorf("%d buckets are kept", n)
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "@": "@",
	} {
		if got := network(address); got != want {
			t.Errorf("%s is in %s, want %s", address, got, want)
		}
	}
}

// Who floods an account from many addresses holds up its owner for seconds.
func TestLockOutIsShort(t *testing.T) {
	g := newGuesses()
	now := time.Now()
	for i := range 1000 {
		g.signIn("acme ada", fmt.Sprintf("192.0.2.%d", i%250), now)
	}
	var limited *TooManyGuesses
	if _, err := g.signIn("acme ada", "198.51.100.1", now); !errors.As(err, &limited) || chat.CodeOf(err) != chat.Limited {
		t.Errorf("a flood is not limited: %v", err)
	} else if wait := limited.RetryAfter(); wait <= 0 || wait > 5*time.Second {
		t.Errorf("it is to wait for %s", wait)
	}
	if _, err := g.signIn("acme ada", "198.51.100.1", now.Add(6*time.Second)); err != nil {
		t.Error("the owner is locked out for long")
	}
	if _, err := g.signIn("acme bob", "198.51.100.1", now); err != nil {
		t.Error("others are limited")
	}
	right, err := g.signIn("acme eve", "198.51.100.2", now)
	if right(); err != nil || !g.pairs.has("acme eve 198.51.100.2", now) {
		t.Error("a right one costs")
	}
}

func TestCookieParts(t *testing.T) {
	a, b := chat.WorkspaceID(chat.NewID("T")), chat.WorkspaceID(chat.NewID("T"))
	one, two := chat.NewSecret(secretDigits), chat.NewSecret(secretDigits)
	cookie := withSecret(withSecret("", a, one), b, two)
	if cookieSecret(cookie, a) != one || cookieSecret(cookie, b) != two || len(WorkspacesOf(cookie)) != 2 {
		t.Errorf("%q", cookie)
	}
	if got := withSecret(cookie, a, two); cookieSecret(got, a) != two || strings.Contains(got, one) {
		t.Errorf("%q", got)
	}
	if got := withSecret(withSecret(cookie, a, ""), b, ""); got != "" {
		t.Errorf("%q", got)
	}
	for range 100 {
		cookie = withSecret(cookie, chat.WorkspaceID(chat.NewID("T")), one)
	}
	if len(WorkspacesOf(cookie)) != cookieWorkspaces || len(cookie) > maxCookie {
		t.Errorf("%d parts", len(WorkspacesOf(cookie)))
	}
	for _, bad := range []string{"", "xoxd", "xoxd-", "xoxd-T1.x", "d-" + cookie, cookie + ";", "xoxd-" + string(a) + "." + strings.ToUpper(one) + "G"} {
		if got := WorkspacesOf(bad); bad != cookie+";" && len(got) != 0 {
			t.Errorf("%q has %v", bad, got)
		}
	}
}

func TestEntryCodes(t *testing.T) {
	w := chat.WorkspaceID(chat.NewID("T"))
	code, hash, err := NewEntryCode(w)
	if err != nil {
		t.Fatal(err)
	}
	if got, h, ok := OpenEntryCode(code); !ok || got != w || h != hash {
		t.Errorf("%s %v", got, ok)
	}
	for _, bad := range []string{"", "-", code + "0", "x" + code[1:40], "!" + code, strings.Repeat("z", 30) + code} {
		if _, h, ok := OpenEntryCode(bad); ok && h == hash {
			t.Errorf("%q is the code", bad)
		}
	}
	if _, h := NewSetupCode(); h == HashSetupCode("") {
		t.Error("no code is a code")
	}
}
