import { expect, test } from "vitest";
import type { Upload } from "../platform/platform";
import { Device, settle } from "../testing/platform";
import { Server } from "../testing/server";
import { Api, ApiError } from "./api";

/** An upload whose bytes move when the test says so. */
function stage() {
  const device = new Device();
  const { clock } = device;
  const platform = device.tab(new Server(clock));
  const uploads: Upload[] = [];
  platform.upload = (u) => {
    uploads.push(u);
    return new Promise((_, reject) =>
      u.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))),
    );
  };
  const api = new Api(platform, "xoxc-1");
  const move = (fraction: number) => uploads[0]?.onProgress?.(fraction);
  return { api, clock, platform, move };
}

const blob = new Blob(["abc"]);
const ended = async (p: Promise<unknown>) => {
  let is = false;
  const end = () => {
    is = true;
  };
  p.then(end, end);
  await settle(3);
  return is;
};

test("an upload that stands still fails, for the person to begin again", async () => {
  const { api, clock, move } = stage();
  const sending = api.upload("/upload/F1", blob);
  for (const fraction of [0.25, 0.5]) {
    clock.advance(50_000);
    move(fraction);
  }
  clock.advance(50_000);
  move(0.5); // says nothing new
  expect(await ended(sending)).toBe(false);
  clock.advance(10_000);
  await expect(sending).rejects.toEqual(new ApiError("no_answer"));
  expect(clock.waiting).toBe(0);
});

test("what is out waits longer for its answer", async () => {
  const { api, clock, move } = stage();
  const sending = api.upload("/upload/F1", blob);
  move(1);
  clock.advance(290_000);
  expect(await ended(sending)).toBe(false);
  clock.advance(10_000);
  await expect(sending).rejects.toEqual(new ApiError("no_answer"));
});

test("an upload that moved while its page stood still goes on when that does", async () => {
  const { api, clock, platform, move } = stage();
  const sending = api.upload("/upload/F1", blob);
  const thaw = platform.freeze();
  clock.advance(3_600_000);
  thaw();
  expect(await ended(sending)).toBe(false);
  move(0.5);
  clock.advance(60_000);
  await expect(sending).rejects.toEqual(new ApiError("no_answer"));
  expect(clock.waiting).toBe(0);
});

test("what only tells of bytes that are elsewhere waits for its answer as long", async () => {
  const { api, clock } = stage();
  const sending = api.upload("/upload/F1?direct=1", new Blob());
  clock.advance(290_000);
  expect(await ended(sending)).toBe(false);
  clock.advance(10_000);
  await expect(sending).rejects.toEqual(new ApiError("no_answer"));
});

test("an upload past the server that stands still is one that was not taken", async () => {
  const { api, clock } = stage();
  const sending = api.uploadDirect({ url: "https://b.s3.example/F1", method: "PUT", headers: {} }, blob);
  clock.advance(60_000);
  expect(await sending).toBe(false);
});

test("who takes a file out ends its upload at once", async () => {
  const { api, clock } = stage();
  const stop = new AbortController();
  const sending = api.upload("/upload/F1", blob, undefined, stop.signal);
  stop.abort();
  await expect(sending).rejects.toThrow(DOMException);
  expect(clock.waiting).toBe(0);
});
