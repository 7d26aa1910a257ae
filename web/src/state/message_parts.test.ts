import { signal } from "@preact/signals-core";
import { describe, expect, it } from "vitest";
import { ApiError } from "../net/api";
import { FakeRemote, Refusal } from "../testing/fake_remote";
import type { Bookmark, Message, User } from "../wire/objects";
import { Bookmarks } from "./bookmarks";
import { Images } from "./images";
import { isOwn, permalink, rightsOf, sharedAttachment } from "./message_actions";
import { Operations } from "./operations";
import { SavedMarks } from "./saved_marks";
import type { Workspace } from "./workspace";

/** A workspace of which only the network, the clock and the events are there. */
function stage(answers: ConstructorParameters<typeof FakeRemote>[0]) {
  const api = new FakeRemote(answers);
  const heard = new Map<string, Set<(event: unknown) => void>>();
  const timers: (() => void)[] = [];
  const listen = (type: string, f: (event: unknown) => void) => {
    const all = heard.get(type) ?? new Set();
    heard.set(type, all.add(f));
    return () => all.delete(f);
  };
  const after = (_: number, f: () => void) => {
    timers.push(f);
    return () => {};
  };
  const w = {
    api,
    platform: { clock: { now: () => 0, after }, uuid: () => "id" },
    feed: { leading: true, outboxChanged: () => {} },
    store: { putWaiting: async () => true, deleteWaiting: async () => {} },
    timelines: { refresh: () => {}, apply: () => {} },
    self: signal({ id: "U1" }),
    on: listen,
    onRefresh: (f: () => void) => listen("refresh", f),
    channels: { onLost: (f: (id: unknown) => void) => listen("lost", f) },
    operations: undefined as Operations | undefined,
  };
  w.operations = new Operations(w as unknown as Workspace);
  return {
    api,
    w: w as unknown as Workspace,
    emit: (type: string, event: unknown = {}) => {
      for (const f of heard.get(type) ?? []) f(event);
    },
    listeners: () => [...heard.values()].reduce((n, all) => n + all.size, 0),
    tick: () => {
      for (const f of timers.splice(0)) f();
    },
  };
}

const settled = () => new Promise((done) => setTimeout(done, 0));

describe("images", () => {
  it("asks for those of one moment together, and once", async () => {
    const s = stage({
      "client.images": ({ urls }) => ({
        images: Object.fromEntries(
          (urls as string[]).filter((u) => u !== "https://b/").map((u) => [u, `/img-proxy/${u.length}`]),
        ),
      }),
    });
    const images = new Images(s.w);
    const [a, b] = [images.of("https://a/,x"), images.of("https://b/")];
    expect(images.of("https://a/,x")).toBe(a);
    expect(a.value).toEqual({ state: "wait" });
    s.tick();
    await settled();
    expect(s.api.of("client.images")).toEqual([{ urls: ["https://a/,x", "https://b/"] }]);
    expect(a.value).toEqual({ state: "ready", url: "/img-proxy/12" });
    expect(b.value).toEqual({ state: "none" });
  });

  it("asks again for what could not be asked", async () => {
    const s = stage({
      "client.images": () => {
        throw new Refusal("no_answer");
      },
    });
    const images = new Images(s.w);
    const first = images.of("https://a/");
    s.tick();
    await settled();
    expect(first.value).toEqual({ state: "none" });
    s.api.on("client.images", () => ({ images: { "https://a/": "/p" } }));
    const second = images.of("https://a/");
    s.tick();
    await settled();
    expect(second.value).toEqual({ state: "ready", url: "/p" });
  });

  it("asks for a hundred at a time, and keeps no more than it needs", async () => {
    const s = stage({ "client.images": () => ({ images: {} }) });
    const images = new Images(s.w);
    for (let i = 0; i < 2_500; i++) images.of(`https://a/${i}`);
    for (let i = 0; i < 30; i++) {
      s.tick();
      await settled();
    }
    const sizes = s.api.of("client.images").map((args) => (args.urls as string[]).length);
    expect(sizes).toEqual(Array.from({ length: 25 }, () => 100));
  });
});

describe("bookmarks", () => {
  const mark = (id: string, title = id): Bookmark => ({ id, channel_id: "C1", title, link: "https://x", type: "link" });

  it("follow what others do", async () => {
    const s = stage({ "bookmarks.list": () => ({ bookmarks: [mark("B1")] }) });
    const bookmarks = new Bookmarks(s.w);
    const list = bookmarks.of("C1");
    await settled();
    s.emit("bookmark_added", { channel_id: "C1", bookmark: mark("B2") });
    s.emit("bookmark_added", { channel_id: "C2", bookmark: mark("B3") });
    s.emit("bookmark_changed", { channel_id: "C1", bookmark: mark("B1", "new") });
    expect(list.value.map((b) => b.title)).toEqual(["new", "B2"]);
    s.emit("bookmark_removed", { channel_id: "C1", bookmark_id: "B1" });
    expect(list.value.map((b) => b.id)).toEqual(["B2"]);
    bookmarks.close();
    expect(s.listeners()).toBe(0);
  });

  it("of a channel that is lost are gone, also where they come after", async () => {
    const s = stage({ "bookmarks.list": () => ({ bookmarks: [mark("B1")] }) });
    const bookmarks = new Bookmarks(s.w);
    const [here, late] = [bookmarks.of("C1"), bookmarks.of("C2")];
    s.emit("lost", "C2");
    await settled();
    expect([here.value.length, late.value.length]).toEqual([1, 0]);
    s.emit("lost", "C1");
    expect(here.value).toEqual([]);
    await settled();
    expect(bookmarks.of("C1").value).toEqual([]); // asked for anew
  });

  it("are moved at once, and go back where the server refuses", async () => {
    const ranked = ["B1", "B2", "B3"].map((id, i) => ({ ...mark(id), rank: `00${i}` }));
    const s = stage({ "bookmarks.list": () => ({ bookmarks: ranked }), "client.moveBookmark": () => ({}) });
    const bookmarks = new Bookmarks(s.w);
    const list = bookmarks.of("C1");
    await settled();
    const ids = () => list.value.map((b) => b.id);
    const doing = bookmarks.move("C1", "B3", 0);
    expect(ids()).toEqual(["B3", "B1", "B2"]);
    await doing;
    s.emit("bookmark_changed", { channel_id: "C1", bookmark: { ...mark("B3"), rank: "000" } });
    s.emit("bookmark_changed", { channel_id: "C1", bookmark: { ...mark("B1"), rank: "005" } });
    expect(ids()).toEqual(["B3", "B2", "B1"]);
    s.api.on("client.moveBookmark", () => {
      throw new Refusal("access_denied");
    });
    await expect(bookmarks.move("C1", "B1", 0)).rejects.toThrow("access_denied");
    expect(ids()).toEqual(["B3", "B2", "B1"]);
  });

  it("come back where the server does not remove them", async () => {
    const s = stage({
      "bookmarks.list": () => ({ bookmarks: [mark("B1")] }),
      "bookmarks.remove": () => {
        throw new Refusal("access_denied");
      },
    });
    const bookmarks = new Bookmarks(s.w);
    const list = bookmarks.of("C1");
    await settled();
    const doing = bookmarks.remove("C1", "B1");
    expect(list.value).toEqual([]);
    await expect(doing).rejects.toThrow("access_denied");
    expect(list.value).toHaveLength(1);
  });
});

describe("saved marks", () => {
  const empty = { "saved.list": () => ({ saved_items: [{ item_id: "C1", ts: "1.0", date_due: 0 }] }) };

  it("are on at once, and off again where the server refuses", async () => {
    const s = stage({
      ...empty,
      "saved.add": () => {
        throw new ApiError("limit_exceeded");
      },
    });
    const saved = new SavedMarks(s.w);
    await settled();
    expect(saved.of("C1", "1.0").value).toBe(0);
    const doing = saved.save("C1", "2.0", true);
    expect(saved.of("C1", "2.0").value).toBe(0);
    await expect(doing).rejects.toThrow("limit_exceeded");
    expect(saved.of("C1", "2.0").value).toBeUndefined();
  });

  it("follow other devices", async () => {
    const s = stage(empty);
    const saved = new SavedMarks(s.w);
    await settled();
    s.emit("saved_updated", { item_id: "C1", ts: "1.0", state: "completed", date_due: 0 });
    expect(saved.of("C1", "1.0").value).toBeUndefined();
    s.emit("saved_added", { item_id: "C1", ts: "3.0", state: "in_progress", date_due: 9 });
    expect(saved.of("C1", "3.0").value).toBe(9);
    s.emit("saved_removed", { item_id: "C1", ts: "3.0", state: "", date_due: 0 });
    expect(saved.of("C1", "3.0").value).toBeUndefined();
  });

  it("set a time on what is kept, and keep what is not", async () => {
    const s = stage({
      ...empty,
      "saved.update": () => ({}),
      "saved.add": ({ ts }) => {
        if (ts === "1.0") throw new ApiError("already_saved");
      },
    });
    const saved = new SavedMarks(s.w);
    await settled();
    await saved.remind("C1", "1.0", 50);
    await saved.remind("C1", "2.0", 60);
    expect(s.api.asked.map((a) => a.method)).toEqual(["saved.list", "saved.add", "saved.update", "saved.add"]);
    expect([saved.of("C1", "1.0").value, saved.of("C1", "2.0").value]).toEqual([50, 60]);
  });
});

describe("a message", () => {
  const self: User = { id: "U1", name: "ada", profile: { real_name: "", display_name: "" } };
  const m = (more: Partial<Message> = {}): Message => ({ ts: "1700000000.000100", user: "U1", text: "hi", ...more });

  it("may be changed by who wrote it, and deleted by administrators too", () => {
    expect(rightsOf(m(), self)).toEqual({ edit: true, remove: true });
    expect(rightsOf(m({ user: "U2" }), self)).toEqual({ edit: false, remove: false });
    expect(rightsOf(m({ user: "U2" }), { ...self, is_admin: true })).toEqual({ edit: false, remove: true });
    expect(rightsOf(m({ bot_id: "B1" }), self)).toEqual({ edit: false, remove: false });
    expect(rightsOf(m({ subtype: "channel_join" }), self)).toEqual({ edit: false, remove: false });
    expect(isOwn(m({ subtype: "thread_broadcast" }), "U1")).toBe(true);
  });

  it("has an address, which names its thread", () => {
    expect(permalink("https://x", "C1", m())).toBe("https://x/archives/C1/p1700000000000100");
    expect(permalink("https://x", "C1", m({ thread_ts: "1600000000.000100" }))).toBe(
      "https://x/archives/C1/p1700000000000100?thread_ts=1600000000.000100&cid=C1",
    );
  });

  it("is passed on with where it is from", () => {
    const blocks = [{ type: "divider" as const }];
    const from = { channel: "C1", channelName: "general", author: "Ada", link: "https://x/archives/C1/p1" };
    expect(sharedAttachment(m({ blocks }), from)).toMatchObject({
      is_share: true,
      author_name: "Ada",
      channel_id: "C1",
      from_url: from.link,
      message_blocks: [{ message: { blocks } }],
    });
  });
});
