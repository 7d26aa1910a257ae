package chat

import (
	"reflect"
	"testing"
)

// TestUserOfAnObject: what an object tells of a user is enough to make it again.
func TestUserOfAnObject(t *testing.T) {
	users := []User{
		{ID: "U1", Workspace: "T1", Name: "ada", Role: Member, CreatedMS: 5_000},
		{ID: "U2", Workspace: "T1", Name: "eve", RealName: "Eve Moe", DisplayName: "E", Email: "e@x.org", Title: "cook", StatusText: "out",
			StatusEmoji: ":x:", StatusEnds: 9, Details: UserDetails{"1", "2", "they", "2020-01-02"}, TimeZone: "Europe/Berlin",
			Avatar: "3f9c0102030405060708.jpg", Role: SingleGuest, Deleted: true, CreatedMS: 1_000, UpdatedMS: 7_999},
		{ID: "U3", Workspace: "T1", Name: "bot", Role: Member, Bot: "B1", App: "A1", CreatedMS: 1_000},
	}
	for _, role := range []Role{PrimaryOwner, Owner, Admin, Member, Guest, SingleGuest} {
		users = append(users, User{ID: "U9", Workspace: "T1", Name: "r", Role: role, CreatedMS: 1_000})
	}
	for _, u := range users {
		want := u.Object()
		seen := want
		seen.Profile.Absolute("https://taut.example/below")
		again := seen.User()
		if got := again.Object(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s became\n%+v, was\n%+v", u.Name, got, want)
		}
		if again.Role != u.Role || again.Avatar != u.Avatar || again.Deleted != u.Deleted {
			t.Errorf("%s became %+v", u.Name, again)
		}
	}
}
