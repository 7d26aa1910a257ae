import { beforeEach, describe, expect, test } from "vitest";
import { Device, settle, type TestPlatform, type TestSocket } from "../testing/platform";
import { CloseCode, MsgExpired } from "../wire/generated";
import { Api } from "./api";
import type { Connection } from "./connection";
import { Reconnector } from "./reconnect";

let device: Device;
let platform: TestPlatform;
let sockets: TestSocket[];
let states: Connection[];
/** What rtm.connect answers; undefined: nothing. */
let answer: Record<string, unknown> | undefined;
let calls: number;

beforeEach(() => {
  device = new Device();
  sockets = [];
  states = [];
  calls = 0;
  answer = { ok: true, url: "ws://server/websocket/ticket" };
  platform = device.tab({
    fetch: async () => {
      calls++;
      if (!answer) throw new TypeError("no answer");
      return new Response(JSON.stringify(answer), {
        headers: { "Retry-After": answer.retry ? String(answer.retry) : "" },
      });
    },
    socket: (_url, s) => void sockets.push(s),
  });
});

function connect(): Reconnector {
  const r = new Reconnector(platform, new Api(platform, "xoxc"), {
    onFrame: () => {},
    onState: (c) => states.push(c),
  });
  r.start();
  return r;
}

async function accept(): Promise<TestSocket> {
  await settle(10);
  const s = sockets.at(-1);
  if (!s) throw new Error("no socket");
  s.open();
  s.say(JSON.stringify({ type: "hello", incarnation: "one", host: "gw", start: true }));
  return s;
}

const last = () => states.at(-1);

/** Milliseconds until the next attempt. */
function wait(): number {
  const c = last();
  if (c?.state !== "waiting") throw new Error(`it is ${c?.state}`);
  return c.until - device.clock.now();
}

describe("after a close", () => {
  test("it comes back, later each time, and never later than 30 s", async () => {
    const r = connect();
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      await settle(10);
      sockets.at(-1)?.end(1006);
      waits.push(wait());
      device.clock.advance(wait());
    }
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(Math.min(...waits.slice(6))).toBeGreaterThanOrEqual(15_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    r.stop("closed");
  });

  test("of one that was well for a while the waits begin anew", async () => {
    connect();
    for (let n = 0; n < 6; n++) {
      await settle(10);
      sockets.at(-1)?.end(1006);
      device.clock.advance(wait());
    }
    const s = await accept();
    for (let n = 0; n < 4; n++) {
      device.clock.advance(10_000);
      s.say("{}"); // it is not silent
    }
    s.end(CloseCode.Slow);
    expect(wait()).toBeLessThanOrEqual(1_000);
  });

  test.each([
    [CloseCode.Unauthenticated, "invalid_auth", "signed_out"],
    [CloseCode.Unauthenticated, "two_factor_setup_required", "two_factor_required"],
    [CloseCode.Inactive, "account_inactive", "inactive"],
    [CloseCode.TooMany, "", "too_many_sockets"],
    [4777, "", "fault"],
  ])("%i %s stops it: %s", async (code, said, why) => {
    connect();
    const s = await accept();
    if (said) s.say(JSON.stringify({ type: "error", error: { code: 1, msg: said } }));
    s.end(code);
    expect(last()).toEqual({ state: "stopped", why });
    device.clock.advance(100_000);
    expect(sockets).toHaveLength(1);
  });

  test("for a ticket that was too old it asks for another", async () => {
    connect();
    await settle(10);
    sockets[0]?.open();
    sockets[0]?.say(JSON.stringify({ type: "error", error: { code: 1, msg: MsgExpired } }));
    sockets[0]?.end(CloseCode.Unauthenticated);
    device.clock.advance(wait());
    await accept();
    expect(last()).toEqual({ state: "live" });
  });

  test.each([CloseCode.Draining, CloseCode.Changed])("%i comes back soon", async (code) => {
    connect();
    (await accept()).end(code);
    expect(wait()).toBeLessThanOrEqual(2_000);
  });
});

describe("without a server", () => {
  test("a refused session stops it", async () => {
    answer = { ok: false, error: "token_revoked" };
    connect();
    await settle(10);
    expect(last()).toEqual({ state: "stopped", why: "signed_out" });
  });

  test("it waits as long as it is told to, whoever hurries", async () => {
    answer = { ok: false, error: "too_busy", retry: 20 };
    const r = connect();
    await settle(10);
    const before = calls;
    expect(wait()).toBeGreaterThanOrEqual(20_000);
    r.hurry();
    await settle(10);
    expect(calls).toBe(before);
  });

  test("offline is said to be so, and ends when the network is there", async () => {
    platform.setOnline(false);
    connect();
    await settle(10);
    expect(last()).toEqual({ state: "offline" });
    platform.setOnline(true);
    await accept();
    expect(last()).toEqual({ state: "live" });
  });

  test("a tab that nobody sees comes back less eagerly, and at once when it is shown", async () => {
    platform.setVisible(false);
    connect();
    await settle(10);
    sockets[0]?.end(1006);
    expect(wait()).toBeGreaterThanOrEqual(5_000);
    platform.setVisible(true);
    await accept();
    expect(last()).toEqual({ state: "live" });
  });
});

test("one whose session has ended lets go of the platform when it is closed", async () => {
  let listening = 0;
  const listen = () => {
    listening++;
    return () => void listening--;
  };
  platform.onOnline = listen;
  platform.onVisible = listen;
  answer = { ok: false, error: "token_revoked" };
  const r = connect();
  await settle(10);
  expect(last()).toEqual({ state: "stopped", why: "signed_out" });
  expect(listening).toBe(2);
  r.stop("closed");
  expect(listening).toBe(0);
});

test("a socket that died quietly is noticed", async () => {
  connect();
  const s = await accept();
  const sent: string[] = [];
  s.onsend = (text) => sent.push(text);
  device.clock.advance(15_000);
  expect(sent).toHaveLength(1);
  device.clock.advance(10_000);
  expect(last()?.state).toBe("waiting");
});
