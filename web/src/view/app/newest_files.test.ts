// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { App } from "../../state/app";
import { settle } from "../../testing/platform";
import { watchFiles } from "./newest_files";

const show = vi.fn();
const server = vi.fn<() => Promise<Response>>();

beforeEach(() => {
  document.head.innerHTML = '<script type="text/plain" src="/assets/index-1.js"></script>';
  vi.stubGlobal("fetch", server);
  const platform = { onVisible: () => () => {} };
  watchFiles({ toasts: { show }, platform, seen: Promise.resolve() } as unknown as App);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const page = (script: string) => async () => new Response(`<script type="module" src="/assets/${script}"></script>`);
const fail = async () => {
  window.dispatchEvent(new Event("vite:preloadError"));
  await settle();
};

test("a file that can't be had is a new version only if the server says so", async () => {
  server.mockRejectedValue(new TypeError("Failed to fetch"));
  await fail();
  server.mockImplementation(async () => new Response("", { status: 503 }));
  await fail();
  server.mockImplementation(page("index-1.js"));
  await fail();
  expect(server).toHaveBeenCalledTimes(3);
  expect(show).not.toHaveBeenCalled();
  server.mockImplementation(page("index-2.js"));
  await fail();
  expect(show).toHaveBeenCalledTimes(1);
});
