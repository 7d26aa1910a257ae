import type { Platform, Undo, Upload } from "../platform/platform";

/** An upload of which nothing goes out for so long has failed. */
const stallMs = 60_000;
/** What the browser says is out may still lie in buffers, and the server puts it away: its answer takes longer. */
const answerMs = 300_000;
/** A timer that comes so late was that of a page that stood still: what moved meanwhile is told after it. */
const lateMs = 5_000;

/** Sends a file's bytes, for as long as they move: one that stands still is ended, and rejects. */
export async function sendMoving(platform: Platform, upload: Upload): Promise<{ status: number; text: string }> {
  const { signal, onProgress } = upload;
  const stop = new AbortController();
  const abort = () => stop.abort();
  let undo: Undo = () => {};
  const wait = (ms: number) => {
    const { clock } = platform;
    const due = clock.now() + ms;
    undo();
    undo = clock.after(ms, () => (clock.now() - due > lateMs ? wait(ms) : abort()));
  };
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  // Without a body there is nothing to move: it tells of bytes that are elsewhere, which the server fetches.
  wait(upload.body.size === 0 ? answerMs : stallMs);
  let sent = 0;
  try {
    return await platform.upload({
      ...upload,
      signal: stop.signal,
      onProgress: (fraction) => {
        if (fraction > sent) wait(fraction < 1 ? stallMs : answerMs);
        sent = Math.max(sent, fraction);
        onProgress?.(fraction);
      },
    });
  } finally {
    undo();
    signal?.removeEventListener("abort", abort);
  }
}
