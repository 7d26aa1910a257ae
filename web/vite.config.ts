import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.TAUT_SERVER ?? "http://127.0.0.1:8065";

const entry = new URL("src/main.tsx", import.meta.url).pathname;

/** The modules that the entry imports at once, itself left out. */
let first: Set<string> | undefined;

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
  plugins: [react()],
  // The policy allows nothing that stands inline, so nothing is put inline. public/.keep
  // takes the place of the tracked file that a build deletes from dist.
  // light-dark() and oklch() are left as they are: all browsers of the last two years know them.
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    // What the first screen needs is two files, ours and what rarely changes, and not as many
    // as there are ways to share it: each is one more that is asked for before anything is seen.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: "first screen",
              name: (id, graph) => {
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
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
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
