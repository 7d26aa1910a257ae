import { signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import type { Channel, User } from "../wire/objects";
import type { Command } from "./commands";
import { switcherOf } from "./switcher";
import type { Workspace } from "./workspace";

const first = ["Ada", "Ben", "Cleo", "Dmitri", "Élise", "Farid", "Greta", "Hiro", "Inès", "Jonas"];
const last = ["Abel", "Brandt", "Costa", "Dubois", "Eriksen", "Fuchs", "Giraud", "Holt", "Ivanov", "Jansen"];

/** A workspace as the switcher sees it. */
function world(people: number, channels: number, recent = "", browse = async (): Promise<Channel[]> => []): Workspace {
  const users: User[] = Array.from({ length: people }, (_, i) => {
    const name = `${first[i % 10]} ${last[Math.floor(i / 10) % 10]} ${i}`;
    return { id: `U${i}`, name: `user${i}`, profile: { real_name: name, display_name: "" } };
  });
  const list: Channel[] = [
    ...Array.from({ length: channels }, (_, i) => ({ id: `C${i}`, name: `team-${first[i % 10]?.toLowerCase()}-${i}` })),
    { id: "D1", is_im: true, user: "U1" },
  ];
  const parts = new Map<unknown, unknown>();
  const fake = {
    id: "T1",
    session: { user: "ada" },
    self: signal({ id: "U0" }),
    platform: { clock: { now: () => 0 }, local: { getItem: () => recent, setItem: () => {} } },
    on: () => () => {},
    channels: { list: signal(list), browse, onLost: () => () => {} },
    users: { all: () => signal(users), get: (id: string) => signal(users.find((u) => u.id === id)) },
    unread: { of: () => signal({ unread: false, mentions: 0, lastRead: "", latest: "" }) },
    part: (create: (w: Workspace) => unknown) => {
      if (!parts.has(create)) parts.set(create, create(fake as unknown as Workspace));
      return parts.get(create);
    },
  };
  return fake as unknown as Workspace;
}

const command: Command = { id: "theme", title: "Light or dark", group: "window", run: () => {} };
const titles = (w: Workspace, typed: string) =>
  switcherOf(w)
    .find(typed, [command])
    .map((f) => f.item.title);

test("before anything is typed it shows where one was, but not where one is", () => {
  const found = switcherOf(world(3, 5, "C2,C1,C4")).find("", [], "C2");
  expect(found.map((f) => f.item.id)).toEqual(["C1", "C4", "C0", "C3", "D1"]);
});

test("a sign asks for channels, for people or for commands alone", () => {
  const w = world(20, 20);
  expect(titles(w, "#ben").every((t) => t.startsWith("team-"))).toBe(true);
  expect(titles(w, "@ben").every((t) => t.startsWith("Ben"))).toBe(true);
  expect(titles(w, ">dark")).toEqual(["Light or dark"]);
});

test("with whom one writes comes before the others", () => {
  expect(titles(world(40, 0), "ben")[0]).toBe("Ben Abel 1");
});

test("public channels that one is not in are found by their names, after one's own", async () => {
  const team: Channel = { id: "C0", name: "team-ada-0", is_member: true };
  const other = { is_member: false };
  const all: Channel[] = [
    { id: "C8", name: "team-ada", ...other },
    team,
    { id: "C9", name: "random", ...other },
    { id: "C10", name: "random-old", ...other, is_archived: true },
  ];
  const w = world(0, 1, "", async () => all);
  expect(titles(w, "random")).toEqual([]);
  switcherOf(w).load();
  await Promise.resolve();
  await Promise.resolve();
  expect(titles(w, "random")).toEqual(["random"]);
  expect(titles(w, "team")).toEqual(["team-ada-0", "team-ada"]);
});

test("commands are found by their words only", () => {
  expect(titles(world(0, 0), "dark")).toEqual(["Light or dark"]);
  expect(titles(world(0, 0), "lrd")).toEqual([]);
});

test("a keystroke folds nobody's name again, however many there are, and shows a few", () => {
  const w = world(5_000, 500);
  let read = 0;
  for (const user of w.users.all().peek()) {
    const { profile } = user;
    Object.defineProperty(user, "profile", {
      get: () => {
        read++;
        return profile;
      },
    });
  }
  titles(w, "x");
  expect(read).toBeGreaterThanOrEqual(5_000); // the directory, once
  read = 0;
  for (const typed of ["i", "in", "ines h", "team-cl", "jnsn", "zzz"]) {
    expect(titles(w, typed).length).toBeLessThanOrEqual(30);
  }
  expect(read).toBe(0);
});
