import { signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import type { Workspace } from "../../state/workspace";
import { keyOf, type Place, suggest } from "./completions";
import type { TriggerKind } from "./trigger";

const user = (id: string, name: string) => ({ id, name, profile: { real_name: name, display_name: name } });
const people = [user("U1", "ada"), user("U2", "adam"), user("U3", "bea"), user("U4", "channing")];
const all = [
  { id: "C1", name: "general", is_general: true },
  { id: "C2", name: "dev-general" },
  { id: "C3", name: "generous" },
];
const others = [...all, { id: "C4", name: "general-talk" }];

const parts = new Map<unknown, object>();
const w = {
  self: signal(people[0]),
  platform: { clock: { now: () => 0 } },
  on: () => () => {},
  part: (create: (of: unknown) => object) => {
    if (!parts.has(create)) parts.set(create, create(w));
    return parts.get(create);
  },
  users: {
    search: (text: string, limit: number) => people.filter((u) => u.name.startsWith(text)).slice(0, limit),
    get: (id: string) => signal(people.find((u) => u.id === id)),
  },
  usergroups: { all: signal([{ id: "S1", name: "Admins", handle: "admins" }]) },
  channels: {
    get: (id: string) => signal(all.find((c) => c.id === id)),
    list: signal(all),
    browse: async () => others,
    onLost: () => () => {},
  },
  timelines: {
    of: () => ({ messages: signal(["1", "2"]), message: (key: string) => signal({ user: key === "2" ? "U3" : "U1" }) }),
  },
  emoji: { all: signal(new Map([["tadaa", "/e/t.png"]])) },
};

function offered(kind: TriggerKind, query: string, channel = "C1"): string[] {
  const place = { w: w as unknown as Workspace, channel, recent: { list: signal([]) } } as unknown as Place;
  return suggest({ kind, query, from: 1, to: 1 + query.length }, place).map(keyOf);
}

test("who wrote here last comes first, then all, then everybody", () => {
  expect(offered("mention", "")).toEqual(["U3", "U1", "U2", "U4", "here", "channel", "everyone"]);
  expect(offered("mention", "", "C2").slice(-2)).toEqual(["here", "channel"]);
});

test("people, groups and ranges by their beginnings", () => {
  expect(offered("mention", "ad")).toEqual(["U1", "U2", "S1"]);
  expect(offered("mention", "chann")).toEqual(["channel", "U4"]);
  expect(offered("mention", "nobody")).toEqual([]);
});

test("channels: beginnings, then words, then those that one is not in", async () => {
  expect(offered("channel", "gener")).toEqual(["C1", "C3", "C2"]);
  await Promise.resolve();
  await Promise.resolve();
  expect(offered("channel", "gener")).toEqual(["C1", "C3", "C4", "C2"]);
});

test("emoji and commands", () => {
  expect(offered("emoji", "tada")).toEqual([":tada", ":tadaa"]);
  expect(offered("slash", "m")).toEqual(["/me", "/msg", "/mute"]);
  expect(offered("slash", "kick")).toEqual(["/remove"]);
});
