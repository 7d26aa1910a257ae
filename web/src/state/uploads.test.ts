import { describe, expect, test } from "vitest";
import { ApiError } from "../net/api";
import { settle, TestClock } from "../testing/platform";
import { maxFiles, Uploads } from "./uploads";
import type { Workspace } from "./workspace";

interface Run {
  url: string;
  progress: (n: number) => void;
  finish: () => void;
  fail: (e: unknown) => void;
  signal: AbortSignal | undefined;
}

function world() {
  const runs: Run[] = [];
  const previews = new Set<string>();
  let ids = 0;
  let uuids = 0;
  const clock = new TestClock();
  const w = {
    platform: { clock, uuid: () => `u${++uuids}` },
    api: {
      call: async () => ({ upload_url: `https://chat.example/upload/T1/F${++ids}?s=1`, file_id: `F${ids}` }),
      upload: (url: string, _blob: Blob, progress: (n: number) => void, signal?: AbortSignal) =>
        new Promise<void>((finish, fail) => {
          runs.push({ url, progress, finish, fail, signal });
          signal?.addEventListener("abort", () => fail(new DOMException("", "AbortError")));
        }),
    },
  };
  const urls = {
    show: () => {
      const url = `blob:${previews.size}`;
      previews.add(url);
      return url;
    },
    forget: (url: string) => void previews.delete(url),
    sizeOf: async () => ({ width: 4, height: 3 }),
  };
  const kept = { put: async () => true, delete: () => {} };
  return { w, uploads: new Uploads(w as unknown as Workspace, urls, "C1/", kept), runs, previews, clock };
}

const file = (name: string, type = "text/plain") => ({ name, blob: new Blob(["abc"], { type }) });
const states = (u: Uploads) => u.list.peek().map((f) => f.state.peek().type);

describe("uploads past the server", () => {
  const direct = {
    url: "https://b.s3.example/F1?sig",
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream" },
  };

  test.each([
    ["are taken", true, ["/upload/T1/F1?direct=1"]],
    ["go to the server where the bucket takes nothing", false, ["/upload/T1/F1"]],
  ])("%s", async (_, taken, urls) => {
    const { w, uploads, runs } = world();
    const sent: unknown[] = [];
    Object.assign(w.api, {
      call: async () => ({ upload_url: "https://chat.example/upload/T1/F1", file_id: "F1", direct }),
      uploadDirect: async (to: unknown) => {
        sent.push(to);
        return taken;
      },
    });
    uploads.add([file("a.txt")]);
    await settle(4);
    expect(sent).toEqual([direct]);
    expect(runs.map((r) => r.url)).toEqual(urls);
    runs[0]?.finish();
    await settle(3);
    expect(states(uploads)).toEqual(["done"]);
  });
});

describe("uploads", () => {
  test("run two at a time, and are handed over when they are done", async () => {
    const { uploads, runs } = world();
    uploads.add([file("a.txt"), file("b.txt"), file("c.txt")]);
    await settle(3);
    expect(states(uploads)).toEqual(["running", "running", "waiting"]);
    expect(runs[0]?.url).toBe("/upload/T1/F1?s=1");
    runs[0]?.progress(0.5);
    expect(uploads.list.peek()[0]?.state.peek()).toEqual({ type: "running", progress: 0.5 });
    for (let i = 0; i < 3; i++) {
      runs[i]?.finish();
      await settle(3);
    }
    expect(uploads.busy.peek()).toBe(false);
    expect(uploads.take()).toMatchObject([
      { id: "F1", name: "a.txt" },
      { id: "F2" },
      { id: "F3", filetype: "txt", size: 3 },
    ]);
    expect(uploads.list.peek()).toEqual([]);
  });

  test("are taken out, and their previews with them", async () => {
    const { uploads, runs, previews } = world();
    uploads.add([file("p.png", "image/png"), file("b.txt"), file("c.txt")]);
    await settle(3);
    expect(previews.size).toBe(1);
    uploads.remove(uploads.list.peek()[0]?.key ?? "");
    await settle(3);
    expect(runs[0]?.signal?.aborted).toBe(true);
    expect(previews.size).toBe(0);
    expect(states(uploads)).toEqual(["running", "running"]);
  });

  test("fail, and are tried again", async () => {
    const { uploads, runs } = world();
    uploads.add([file("a.txt")]);
    await settle(3);
    runs[0]?.fail(new ApiError("no_answer"));
    await settle(3);
    expect(uploads.list.peek()[0]?.state.peek()).toMatchObject({ type: "failed", code: "no_answer" });
    expect([uploads.failed.peek(), uploads.busy.peek()]).toEqual([true, false]);
    uploads.retry(uploads.list.peek()[0]?.key ?? "");
    await settle(3);
    runs[1]?.finish();
    await settle(3);
    expect(states(uploads)).toEqual(["done"]);
  });

  test("that fail in passing hold up what waits for them until they are there", async () => {
    const { uploads, runs, clock } = world();
    const sent: number[] = [];
    uploads.add([file("a.txt"), file("b.txt")]);
    uploads.wait({ text: "look", send: () => sent.push(uploads.take().length) });
    await settle(3);
    runs[0]?.fail(new ApiError("no_answer"));
    runs[1]?.finish();
    await settle(5);
    uploads.resume(); // with the next connection
    await settle(3);
    runs[2]?.fail(new ApiError("internal_error"));
    await settle(5);
    expect([sent, uploads.waiting.peek()?.text]).toEqual([[], "look"]);
    clock.advance(30_000); // the connection stood all the while
    await settle(3);
    runs[3]?.finish();
    await settle(5);
    expect([sent, uploads.waiting.peek(), clock.waiting]).toEqual([[2], undefined, 0]);
  });

  test("that fail for good end the wait for them", async () => {
    const { uploads, runs } = world();
    const sent: boolean[] = [];
    uploads.add([file("a.txt"), file("b.txt")]);
    uploads.wait({ text: "look", send: () => sent.push(uploads.failed.peek()) });
    await settle(3);
    runs[0]?.fail(new ApiError("no_answer"));
    runs[1]?.fail(new ApiError("file_uploads_disabled"));
    await settle(5);
    expect([sent, uploads.waiting.peek()]).toEqual([[true], undefined]);
  });

  test("are shown in the message until the server's picture is there", async () => {
    const { uploads, runs, previews, clock } = world();
    uploads.add([file("p.png", "image/png")]);
    await settle(3);
    runs[0]?.finish();
    await settle(3);
    expect(uploads.take()).toMatchObject([{ url_private: "blob:0", original_w: 4, original_h: 3 }]);
    expect(previews.size).toBe(1);
    clock.advance(120_000);
    expect(previews.size).toBe(0);
  });

  test("are as many as a message takes", () => {
    const { uploads } = world();
    expect(uploads.add(Array.from({ length: maxFiles + 3 }, (_, i) => file(`${i}`)))).toBe(3);
    expect(uploads.list.peek().length).toBe(maxFiles);
    uploads.close();
    expect(uploads.list.peek()).toEqual([]);
  });
});
