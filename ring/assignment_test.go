package ring

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func names(from, to int) (members []string) {
	for i := from; i < to; i++ {
		members = append(members, fmt.Sprintf("node-%03d", i))
	}
	return members
}

func moved(a, b *Assignment) (n int) {
	for s := range Slot(Slots) {
		if a.Owner(s) != b.Owner(s) {
			n++
		}
	}
	return n
}

// least is how many slots must move: those of members that are gone, and what the
// others have beyond a share of n.
func least(a *Assignment, members []string) (n int) {
	for m, count := range a.Counts() {
		if !slices.Contains(members, m) {
			n += count
		}
	}
	if len(members) > len(a.members) {
		for m, count := range a.Counts() {
			if slices.Contains(members, m) {
				n += max(0, count-Slots/len(members)-1)
			}
		}
	}
	return n
}

func checkBalance(t *testing.T, a *Assignment) {
	t.Helper()
	counts := a.Counts()
	if len(counts) != len(a.members) {
		t.Fatalf("%d of %d members own slots", len(counts), len(a.members))
	}
	for m, n := range counts {
		if share := Slots / len(a.members); n < share || n > share+1 {
			t.Fatalf("%s of %d has %d slots, want %d or one more", m, len(a.members), n, share)
		}
	}
}

// Members come, go and die by chance: the slots stay balanced, each step moves as
// few of them as can be, and the order in which members are named changes nothing.
func TestMembersComeAndGo(t *testing.T) {
	for seed := range uint64(20) {
		dice := rand.New(rand.NewPCG(seed, 1))
		members := names(0, 1+dice.IntN(40))
		next := 100
		a := New(members)
		checkBalance(t, a)
		for range 20 {
			before := slices.Clone(members)
			for range dice.IntN(3) {
				if len(members) > 1 {
					i := dice.IntN(len(members))
					members = slices.Delete(members, i, i+1)
				}
			}
			for range dice.IntN(3) {
				members = append(members, names(next, next+1)...)
				next++
			}
			shuffled := slices.Clone(members)
			dice.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			b, c := a.Next(members), a.Next(append(shuffled, shuffled[0]))
			if *encodedOf(t, b) != *encodedOf(t, c) {
				t.Fatalf("seed %d: the order of %q changed the assignment", seed, members)
			}
			checkBalance(t, b)
			if b.Epoch() != a.Epoch()+1 {
				t.Fatalf("epoch %d after %d", b.Epoch(), a.Epoch())
			}
			// One slot for each member is what rounding may take beside.
			if got, want := moved(a, b), least(a, members); got > want+len(members) {
				t.Fatalf("seed %d: %d slots moved from %q to %q, %d had to", seed, got, before, members, want)
			}
			a = b
		}
	}
}

func TestTheSameMembersMoveNothing(t *testing.T) {
	a := New(names(0, 7))
	if b := a.Next(names(0, 7)); moved(a, b) != 0 || !a.Same(b.Members()) {
		t.Errorf("%d slots moved between the same members", moved(a, b))
	}
}

func TestOneOfManyDies(t *testing.T) {
	a := New(names(0, 10))
	b := a.Next(names(0, 9))
	if got, want := moved(a, b), a.Counts()["node-009"]; got != want {
		t.Errorf("%d slots moved, want the %d of the dead", got, want)
	}
}

func TestNobodyOwnsAnEmptyRing(t *testing.T) {
	a := New(names(0, 2)).Next(nil)
	if a.Owner(5) != "" || a.Epoch() != 2 {
		t.Errorf("%q owns a slot of an empty ring of epoch %d", a.Owner(5), a.Epoch())
	}
	if b := a.Next(names(0, 2)); b.Owner(5) == "" {
		t.Error("nobody owns a slot after members came")
	}
	encodedOf(t, a)
}

// encodedOf is the assignment's JSON, which must read as the same again.
func encodedOf(t *testing.T, a *Assignment) *string {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Assignment
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if back.epoch != a.epoch || back.owner != a.owner || !slices.Equal(back.members, a.members) {
		t.Fatal("an assignment is not what was written")
	}
	return new(string(text))
}

func TestMalformedAssignments(t *testing.T) {
	good := *encodedOf(t, New([]string{"a", "b"}))
	for _, text := range []string{
		`{}x`, `{"epoch":-1}`, `{"epoch":1,"members":["a"]}`, `{"epoch":1,"members":["a"],"owners":"AAAA"}`,
		`{"epoch":1,"owners":"AAAA"}`, `{"members":["a"],` + good[len(`{"epoch":1,"members":["a","b"],`):],
		`{"members":["b","a"],` + good[len(`{"epoch":1,"members":["a","b"],`):],
	} {
		var a Assignment
		if err := json.Unmarshal([]byte(text), &a); err == nil {
			t.Errorf("%.60s is taken for an assignment", text)
		}
	}
}

func FuzzAssignment(f *testing.F) {
	text, _ := json.Marshal(New([]string{"a", "b"}))
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var a Assignment
		if json.Unmarshal(text, &a) == nil {
			a.Owner(Slots - 1)
			a.Next([]string{"c"})
		}
	})
}
