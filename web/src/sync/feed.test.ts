import { afterEach, beforeEach, expect, test } from "vitest";
import { Api } from "../net/api";
import { Device, settle, type TestPlatform, until } from "../testing/platform";
import { Server } from "../testing/server";
import { Feed } from "./feed";

let device: Device;
let server: Server;
let feeds: Feed[];
/** What the sockets have sent. */
let frames: { type: string; ids?: string[] }[];

beforeEach(() => {
  device = new Device();
  server = new Server(device.clock);
  feeds = [];
  frames = [];
});

afterEach(async () => {
  for (const f of feeds) f.close();
  await settle();
});

/** Opens a tab; the first one leads. */
async function visit(): Promise<{ feed: Feed; platform: TestPlatform }> {
  const platform = device.tab(
    {
      fetch: (url, init) => server.fetch(url, init),
      socket: (url, s) => {
        server.socket(url, s);
        const { onsend } = s;
        s.onsend = (text) => {
          frames.push(JSON.parse(text));
          onsend?.(text);
        };
      },
    },
    feeds.length + 1,
  );
  let rev = 0;
  const none = () => {};
  const keeper = { durable: true, commit: async () => ++rev };
  const handlers = { onBatch: none, onConnection: none, onBehind: none, onOutbox: none, onBootFailed: none };
  const feed = new Feed(platform, new Api(platform, "xoxc-1"), keeper, "tabs", handlers);
  feeds.push(feed);
  feed.start({ self: "UANN", rev: 0, tails: [] });
  await until("live", () => feed.connection.state === "live", device.clock);
  await settle();
  return { feed, platform };
}

/** Whom the server was last asked to tell of. */
const watched = () => frames.findLast((f) => f.type === "presence_sub")?.ids;

test("however many streams are discontinued at once, there is one boot, and one more", async () => {
  const channels = Array.from({ length: 12 }, (_, n) => `C${n}`);
  for (const c of channels) server.world.join(c);
  await visit();
  expect(server.count("client.userBoot")).toBe(1);
  const held: (() => void)[] = [];
  server.held = held;
  for (const stream of channels) server.say({ type: "discontinuity", stream, head: 1, reason: "limit", fetch: [] });
  await settle();
  expect(server.count("client.userBoot")).toBe(2);
  server.held = undefined;
  for (const go of held) go();
  await settle();
  expect(server.count("client.userBoot")).toBe(3);
  expect(server.count("client.counts")).toBe(3);
});

test("a boot that a lost socket asked for does not hold up the next socket's", async () => {
  const { feed } = await visit();
  server.held = [];
  server.say({ type: "discontinuity", stream: "UANN", head: 1, reason: "limit", fetch: [] });
  await settle();
  server.held = undefined; // that one is never answered
  const before = server.count("client.userBoot");
  server.hangUp();
  await until("live", () => feed.connection.state === "live", device.clock);
  await settle();
  expect(server.count("client.userBoot")).toBe(before + 1);
});

test("a tab that is closed watches nobody", async () => {
  const a = await visit();
  const b = await visit();
  a.feed.watch(["U1"]);
  b.feed.watch(["U2"]);
  await settle();
  expect(watched()).toEqual(["U1", "U2"]);
  b.platform.leave();
  await settle();
  expect(watched()).toEqual(["U1"]);
});

test("a tab that is gone without a word watches nobody after two probes, and one that is there goes on", async () => {
  const [a, b, c] = [await visit(), await visit(), await visit()];
  a.feed.watch(["U1"]);
  b.feed.watch(["U2"]);
  c.feed.watch(["U3"]);
  b.feed.watch(["U2", "U4"]);
  await settle();
  expect(watched()).toEqual(["U1", "U2", "U4", "U3"]);
  b.platform.isVisible = false; // a crash: it probes no more
  frames.length = 0;
  for (let n = 0; n < 15; n++) {
    device.clock.advance(5_000);
    await settle(3);
  }
  expect(frames.filter((f) => f.type === "presence_query")).toEqual([]);
  a.feed.watch(["U5"]);
  expect(watched()?.toSorted()).toEqual(["U3", "U5"]);
  b.platform.setVisible(true); // it was hidden, and is seen again
  await settle();
  expect(watched()?.toSorted()).toEqual(["U2", "U3", "U4", "U5"]);
});
