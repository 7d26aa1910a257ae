import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.TAUT_SERVER ?? "http://127.0.0.1:8065";

const entry = new URL("src/main.tsx", import.meta.url).pathname;
const early = new URL("src/early.ts", import.meta.url).pathname;

/** The modules that the entry imports at once, itself left out. */
let first: Set<string> | undefined;
/** Those of them that early.ts imports, with itself. */
let before: Set<string> | undefined;

/** Has the page run early.ts as soon as that is there: it waits neither for the other scripts nor for styles. */
const runEarly: Plugin = {
  name: "run-early",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle }) => {
      const chunk = Object.values(bundle ?? {}).find((file) => file.type === "chunk" && file.name === "early");
      if (!chunk) throw new Error("no chunk of early.ts");
      const attrs = { type: "module", async: true, crossorigin: true, src: `/${chunk.fileName}` };
      return [{ tag: "script", attrs, injectTo: "head-prepend" }];
    },
  },
};

function imported(from: string, importsOf: (id: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const look = (id: string) => {
    for (const next of importsOf(id)) {
      if (found.has(next)) continue;
      found.add(next);
      look(next);
    }
  };
  look(from);
  return found;
}

export default defineConfig({
  plugins: [react(), runEarly],
  // The policy allows nothing that stands inline, so nothing is put inline. public/.keep
  // takes the place of the tracked file that a build deletes from dist.
  // light-dark() and oklch() are left as they are: all browsers of the last two years know them.
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    // What the first screen needs is three files, what runs early, ours and what rarely changes,
    // and not as many as there are ways to share it: each is one more that is asked for before
    // anything is seen.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: "first screen",
              name: (id, graph) => {
                before ??= imported(early, (of) => graph.getModuleInfo(of)?.importedIds ?? []).add(early);
                if (before.has(id)) return "early";
                first ??= imported(entry, (of) => graph.getModuleInfo(of)?.importedIds ?? []);
                if (!first.has(id)) return null;
                return id.includes("/node_modules/") ? "base" : "first";
              },
            },
          ],
        },
      },
    },
  },
  // Tests of what is drawn begin with "@vitest-environment happy-dom"; the others are quicker without.
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    // They only end what hangs: a second or five is nothing on a machine that has much else to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
  // `npm run dev` shows the client of this folder on the server of `make run`.
  server: {
    // The server looks at the Origin that a browser sends: the Host has to be the same.
    proxy: Object.fromEntries(
      [
        "/api",
        "/avatars",
        "/files-pri",
        "/files-tmb",
        "/img-proxy",
        "/upload",
        "/pages",
        "/pictures",
        "/websocket",
      ].map((path) => [path, { target: server, changeOrigin: false, ws: path === "/websocket" }]),
    ),
  },
});
