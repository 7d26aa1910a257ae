/**
 * Files on their way into a message: begun as soon as they are chosen, so that
 * most are there when the message is sent. Two uploads run at a time. Their bytes
 * lie on the server unseen until a message shares them; what is taken out of the
 * composer is simply never shared, and the server throws it away. Until then this
 * device keeps them too, as far as it has room, so that they outlast a reload.
 */

import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { type Api, ApiError, type DirectUpload, isPassing } from "../net/api";
import type { Undo } from "../platform/platform";
import type { File as SharedFile } from "../wire/objects";
import type { KeptFile, KeptFiles } from "./uploads_kept";
import type { Workspace } from "./workspace";

export type UploadState =
  | { readonly type: "waiting" }
  | { readonly type: "running"; readonly progress: number }
  /** isPassing: it is tried again with the next connection. */
  | { readonly type: "failed"; readonly code: string; readonly isPassing: boolean }
  | { readonly type: "done"; readonly id: string };

/** A message that is to be sent when its files are there. */
export interface WaitingText {
  readonly text: string;
  readonly send: () => void;
}

/** One file in a composer. */
export interface Upload {
  readonly key: string;
  readonly blob: Blob;
  readonly name: string;
  /** An object URL of a picture or video, for the preview; revoked with the upload. */
  readonly preview: string | undefined;
  readonly state: ReadonlySignal<UploadState>;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Running extends Upload {
  readonly state: Signal<UploadState>;
  readonly created: number;
  stop: AbortController;
  /** A picture's, as soon as it is known: the message keeps its place by it. */
  size: Size | undefined;
}

/** As many as the server takes in one message. */
export const maxFiles = 20;
const atOnce = 2;
/** How many bytes of pictures a message that waits is kept with. */
const maxPictureBytes = 20 * 1024 * 1024;
/** For how long the bytes of a file that no message shares are sure to be on the server: it keeps them for a day. */
const sharedWithin = 12 * 60 * 60_000; // ms

/** What the browser knows of files: addresses for their previews, and how large a picture is. */
export interface Previews {
  show(blob: Blob): string;
  forget(url: string): void;
  sizeOf(blob: Blob): Promise<Size | undefined>;
}

/** When what failed in passing is tried again for a message that waits, where no new connection comes before. */
const resumeAfter = 30_000; // ms

/** How long a preview outlives its upload: until the server's own pictures are there. */
const afterglow = 120_000; // ms

export class Uploads {
  readonly list: ReadonlySignal<readonly Upload[]>;
  readonly busy: ReadonlySignal<boolean>;
  readonly failed: ReadonlySignal<boolean>;
  /** Some of them would be lost with the page. */
  readonly unkept: ReadonlySignal<boolean>;
  /** What is sent as soon as none is on its way. */
  readonly waiting: ReadonlySignal<WaitingText | undefined>;

  readonly #w: Workspace;
  readonly #previews: Previews;
  readonly #room: string;
  readonly #kept: Pick<KeptFiles, "put" | "delete">;
  readonly #all: Signal<readonly Running[]> = signal([]);
  readonly #unkept: Signal<ReadonlySet<string>> = signal(new Set());
  readonly #waiting: Signal<WaitingText | undefined> = signal(undefined);
  /** Some have failed, and all of those are tried again. */
  readonly #held: ReadonlySignal<boolean>;
  readonly #unwatch: Undo;

  constructor(w: Workspace, previews: Previews, room: string, kept: Pick<KeptFiles, "put" | "delete">) {
    this.#w = w;
    this.#previews = previews;
    this.#room = room;
    this.#kept = kept;
    this.list = this.#all;
    const some = (type: UploadState["type"]) => this.#all.value.some((u) => u.state.value.type === type);
    this.busy = computed(() => some("waiting") || some("running"));
    this.failed = computed(() => some("failed"));
    this.unkept = computed(() => this.#all.value.some((u) => this.#unkept.value.has(u.key)));
    this.waiting = this.#waiting;
    this.#held = computed(() => {
      const failed = this.#all.value.map((u) => u.state.value).filter((state) => state.type === "failed");
      return failed.length > 0 && failed.every((state) => state.isPassing);
    });
    this.#unwatch = effect(() => {
      if (!this.#waiting.value || this.busy.value) return;
      if (this.#held.value) return w.platform.clock.after(resumeAfter, () => this.resume());
      queueMicrotask(() => this.#sendWaiting());
    });
  }

  /** Sends the text when the files are there, or have failed for good; in place of another that waits. */
  wait(waiting: WaitingText): void {
    this.#waiting.value = waiting;
  }

  stopWaiting(): void {
    this.#waiting.value = undefined;
  }

  /** Takes files in; how many there was no room for. */
  add(files: readonly { blob: Blob; name: string }[]): number {
    const room = Math.max(0, maxFiles - this.#all.peek().length);
    const { platform } = this.#w;
    const taken = files
      .slice(0, room)
      .map(({ blob, name }) =>
        this.#begin(platform.uuid(), platform.clock.now(), blob, name || "file", { type: "waiting" }),
      );
    this.#all.value = [...this.#all.peek(), ...taken];
    for (const upload of taken) void this.#keep(upload);
    this.#startMore();
    return files.length - taken.length;
  }

  /** Takes in a file of a page that is no more. */
  restore({ key, created, blob, name, id, uploaded = 0 }: KeptFile): void {
    const isThere = id !== undefined && this.#w.platform.clock.now() - uploaded < sharedWithin;
    const upload = this.#begin(key, created, blob, name, isThere ? { type: "done", id } : { type: "waiting" });
    this.#all.value = [...this.#all.peek(), upload];
    this.#startMore();
  }

  /** There is a connection again: what failed for want of one is tried again. */
  resume(): void {
    batch(() => {
      for (const { state } of this.#all.peek()) {
        const was = state.peek();
        if (was.type === "failed" && was.isPassing) state.value = { type: "waiting" };
      }
    });
    this.#startMore();
  }

  /** Takes a file out, and ends its upload. */
  remove(key: string): void {
    const upload = this.#all.peek().find((u) => u.key === key);
    if (!upload) return;
    this.#end(upload);
    this.#kept.delete([key]);
    this.#startMore();
  }

  /** Takes out the files that another tab shows now. What waits for them is not sent without them. */
  lose(keys: readonly string[]): void {
    const lost = this.#all.peek().filter((u) => keys.includes(u.key));
    if (lost.length > 0) this.stopWaiting();
    for (const upload of lost) this.#end(upload);
  }

  /** Takes all out, and what waits for them. */
  clear(): void {
    this.stopWaiting();
    for (const { key } of this.#all.peek()) this.remove(key);
  }

  retry(key: string): void {
    const upload = this.#all.peek().find((u) => u.key === key);
    if (upload?.state.peek().type !== "failed") return;
    upload.state.value = { type: "waiting" };
    this.#startMore();
  }

  /**
   * Hands the uploaded files over to a message, and forgets them here. Their
   * previews stay, as the message shows them until the server's are there.
   */
  take(files: readonly SharedFile[] = this.peek()): SharedFile[] {
    const done = this.#done().filter((u) => files.some((f) => f.id === sharedFile(u).id));
    this.#all.value = this.#all.peek().filter((u) => !done.includes(u));
    this.#kept.delete(done.map((u) => u.key));
    const shown = done.flatMap((u) => u.preview ?? []);
    if (shown.length > 0) {
      this.#w.platform.clock.after(afterglow, () => {
        for (const url of shown) this.#previews.forget(url);
      });
    }
    return done.map(sharedFile);
  }

  /** The pictures that take would give, for as long as the message waits: few enough to be kept with it. */
  pictures(): ReadonlyMap<string, Blob> {
    const kept = new Map<string, Blob>();
    let bytes = 0;
    for (const { blob, state } of this.#done()) {
      const now = state.peek();
      if (now.type !== "done" || !blob.type.startsWith("image/") || bytes + blob.size > maxPictureBytes) continue;
      bytes += blob.size;
      kept.set(now.id, blob);
    }
    return kept;
  }

  /** What take would give. */
  peek(): SharedFile[] {
    return this.#done().map(sharedFile);
  }

  /** Ends all uploads: the workspace closes. What is kept stays. */
  close(): void {
    this.#unwatch();
    this.stopWaiting();
    for (const upload of this.#all.peek()) this.#end(upload);
  }

  #sendWaiting(): void {
    const waiting = this.#waiting.peek();
    if (!waiting || this.busy.peek() || this.#held.peek()) return;
    this.stopWaiting();
    waiting.send();
  }

  #done(): Running[] {
    return this.#all.peek().filter((u) => u.state.peek().type === "done");
  }

  #begin(key: string, created: number, blob: Blob, name: string, state: UploadState): Running {
    const shown = /^(image|video)\//.test(blob.type);
    const upload: Running = {
      key,
      created,
      blob,
      name,
      preview: shown ? this.#previews.show(blob) : undefined,
      state: signal(state),
      stop: new AbortController(),
      size: undefined,
    };
    if (blob.type.startsWith("image/")) this.#measure(upload);
    return upload;
  }

  #end(upload: Running): void {
    upload.stop.abort();
    if (upload.preview) this.#previews.forget(upload.preview);
    this.#all.value = this.#all.peek().filter((u) => u !== upload);
  }

  async #keep({ key, created, name, blob, state }: Running): Promise<void> {
    const now = state.peek();
    const there = now.type === "done" ? { id: now.id, uploaded: this.#w.platform.clock.now() } : {};
    const isKept = await this.#kept.put({ key, room: this.#room, created, name, blob, ...there });
    if (!this.#all.peek().some((u) => u.key === key)) return this.#kept.delete([key]); // it went meanwhile
    if (!isKept) this.#unkept.value = new Set([...this.#unkept.peek(), key]);
  }

  #measure(upload: Running): void {
    this.#previews.sizeOf(upload.blob).then(
      (size) => {
        upload.size = size;
      },
      () => {
        // What the browser can't read is shown as a file.
      },
    );
  }

  #startMore(): void {
    const all = this.#all.peek();
    const running = all.filter((u) => u.state.peek().type === "running").length;
    const waiting = all.filter((u) => u.state.peek().type === "waiting");
    for (const upload of waiting.slice(0, Math.max(0, atOnce - running))) void this.#run(upload);
  }

  async #run(upload: Running): Promise<void> {
    upload.stop = new AbortController();
    const { signal: stop } = upload.stop;
    upload.state.value = { type: "running", progress: 0 };
    try {
      const begun = await this.#w.api.call<Begun>(
        "files.getUploadURLExternal",
        { filename: upload.name, length: upload.blob.size, direct: true },
        { signal: stop },
      );
      const shown = (progress: number) => {
        if (upload.state.peek().type === "running") upload.state.value = { type: "running", progress };
      };
      await send(this.#w.api, begun, upload.blob, shown, stop);
      upload.state.value = { type: "done", id: begun.file_id };
      if (this.#all.peek().includes(upload)) void this.#keep(upload);
    } catch (e) {
      const code = e instanceof ApiError ? e.code : "no_answer";
      if (!stop.aborted) upload.state.value = { type: "failed", code, isPassing: isPassing(e) };
    }
    this.#startMore();
  }
}

interface Begun {
  upload_url: string;
  file_id: string;
  direct?: DirectUpload;
}

/** Sends the bytes to the bucket, where there is one that takes them from here; else to the server. */
async function send(
  api: Api,
  begun: Begun,
  blob: Blob,
  shown: (progress: number) => void,
  stop: AbortSignal,
): Promise<void> {
  const url = ownPath(begun.upload_url);
  if (begun.direct && (await api.uploadDirect(begun.direct, blob, shown, stop))) {
    await api.upload(`${url}?direct=1`, new Blob(), undefined, stop);
  } else {
    await api.upload(url, blob, shown, stop);
  }
}

/** The server names itself by its public address, which need not be the one that this page came from. */
function ownPath(url: string): string {
  const { pathname, search } = new URL(url, "http://taut.invalid");
  return pathname + search;
}

/** The file as the message shows it until the server's object comes. */
function sharedFile(upload: Running): SharedFile {
  const state = upload.state.peek();
  const file: SharedFile = {
    id: state.type === "done" ? state.id : "",
    name: upload.name,
    title: upload.name,
    mimetype: upload.blob.type,
    filetype: /\.(\w+)$/.exec(upload.name)?.[1]?.toLowerCase() ?? "",
    size: upload.blob.size,
    mode: "hosted",
  };
  if (upload.preview) file.url_private = upload.preview;
  if (upload.size) {
    file.original_w = upload.size.width;
    file.original_h = upload.size.height;
  }
  return file;
}
