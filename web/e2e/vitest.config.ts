import { defineConfig } from "vitest/config";

// What runs in a real browser against the real binary: tests, measurements
// (TAUT_E2E=measure) and screenshots (TAUT_E2E=shots). One after the other, in one
// process with one browser: two cores have no more to give.
const what = process.env.TAUT_E2E ?? "tests";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: [`e2e/${what}/*.test.ts`],
    environment: "node",
    pool: "forks",
    maxWorkers: 1,
    isolate: false,
    fileParallelism: false,
    // As long as several waits in a row, on a machine that has much else to do; each as long as harness/wait.ts says.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    globalSetup: "e2e/harness/global.ts",
  },
});
