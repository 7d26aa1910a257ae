import { type Signal, signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import { settle, until } from "../testing/platform";
import { Visits } from "../testing/visits";
import type { Channel } from "../wire/objects";
import { sidebarOf } from "./sidebar";
import type { Workspace } from "./workspace";

const list: Channel[] = [
  { id: "C1", name: "zebra" },
  { id: "C2", name: "Élan" },
  { id: "C3", name: "team-10" },
  { id: "C4", name: "team-9" },
  { id: "D1", is_im: true, user: "U1" },
  { id: "D2", is_im: true, user: "U2" },
];

/** A workspace as the sidebar sees it. */
function world(latest: Record<string, string> = {}) {
  const prefs = new Map<string, Signal<unknown>>();
  const starred = signal<ReadonlySet<string>>(new Set());
  const parts = new Map<unknown, unknown>();
  let ids = 0;
  const fake = {
    self: signal({ id: "U0", name: "me" }),
    platform: { uuid: () => `S${++ids}` },
    prefs: {
      get: (name: string, fallback: unknown) => {
        if (!prefs.has(name)) prefs.set(name, signal(fallback));
        return prefs.get(name);
      },
      set: async (name: string, value: unknown) => {
        const pref = prefs.get(name);
        if (pref) pref.value = JSON.parse(JSON.stringify(value));
      },
    },
    channels: {
      list: signal(list),
      starred,
      star: async (id: string, on: boolean) => {
        starred.value = new Set(on ? [...starred.value, id] : [...starred.value].filter((other) => other !== id));
      },
    },
    users: { get: (id: string) => signal({ id, name: id, profile: { real_name: id, display_name: "" } }) },
    unread: { of: (id: string) => signal({ unread: false, mentions: 0, lastRead: "", latest: latest[id] ?? "" }) },
    part: (create: (w: Workspace) => unknown) => {
      if (!parts.has(create)) parts.set(create, create(fake as unknown as Workspace));
      return parts.get(create);
    },
  };
  return sidebarOf(fake as unknown as Workspace);
}

const shape = (sidebar: ReturnType<typeof world>) =>
  sidebar.sections.value.map((s) => `${s.name ?? s.type}: ${s.channels.join(" ")}`);

test("channels stand by name, direct messages by the last message", () => {
  expect(shape(world({ D1: "1.0", D2: "2.0" }))).toEqual(["channels: C2 C4 C3 C1", "dms: D2 D1"]);
});

test("a conversation is in one place: starred, a section of one's own, or where it belongs", async () => {
  const sidebar = world();
  const work = await sidebar.addSection("Work");
  await sidebar.move("C1", work ?? "");
  await sidebar.move("D1", work ?? "");
  expect(shape(sidebar)).toEqual(["Work: D1 C1", "channels: C2 C4 C3", "dms: D2"]);
  await sidebar.move("C1", "starred");
  expect(shape(sidebar)).toEqual(["starred: C1", "Work: D1", "channels: C2 C4 C3", "dms: D2"]);
  await sidebar.move("C1", "channels");
  expect(shape(sidebar)).toEqual(["Work: D1", "channels: C2 C4 C3 C1", "dms: D2"]);
  await sidebar.removeSection(work ?? "");
  expect(shape(sidebar)).toEqual(["channels: C2 C4 C3 C1", "dms: D1 D2"]);
});

test("what is dragged out of the starred ones without a connection goes once there is one", async () => {
  const at = new Visits();
  at.server.prefs.taut_starred = ["CTOWN"];
  const { w } = await at.live();
  await until("starred", () => w.channels.starred.peek().has("CTOWN"), at.clock);
  at.cut();
  let failed = false;
  const moving = sidebarOf(w)
    .move("CTOWN", "channels")
    .catch(() => {
      failed = true;
    });
  await settle();
  expect([failed, w.channels.starred.peek().has("CTOWN")]).toEqual([false, false]);
  at.mend();
  await until("sent", () => w.operations.pending.peek() === 0, at.clock);
  await moving;
  expect([failed, at.server.prefs.taut_starred]).toEqual([false, []]);
  await at.closeAll();
});

test("sections are renamed, moved and collapsed", async () => {
  const sidebar = world();
  const a = (await sidebar.addSection("A")) ?? "";
  const b = (await sidebar.addSection("B")) ?? "";
  await sidebar.moveSection(b, a);
  await sidebar.renameSection(a, "Z");
  await sidebar.setCollapsed(b, true);
  expect(sidebar.sections.value.slice(0, 2).map((s) => [s.name, s.collapsed])).toEqual([
    ["B", true],
    ["Z", false],
  ]);
  await sidebar.moveSection(b, undefined);
  await sidebar.setCollapsed(b, false);
  expect(sidebar.sections.value.slice(0, 2).map((s) => [s.name, s.collapsed])).toEqual([
    ["Z", false],
    ["B", false],
  ]);
});
