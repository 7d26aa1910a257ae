/**
 * Files on their way into a message: begun as soon as they are chosen, so that
 * most are there when the message is sent. Two uploads run at a time. Their bytes
 * lie on the server unseen until a message shares them; what is taken out of the
 * composer is simply never shared, and the server throws it away.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { ApiError } from "../net/api";
import type { ChannelID, File as SharedFile, Ts } from "../wire/objects";
import type { Workspace } from "./workspace";

export type UploadState =
  | { readonly type: "waiting" }
  | { readonly type: "running"; readonly progress: number }
  | { readonly type: "failed"; readonly code: string }
  | { readonly type: "done"; readonly id: string };

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
  stop: AbortController;
  /** A picture's, as soon as it is known: the message keeps its place by it. */
  size: Size | undefined;
}

/** As many as the server takes in one message. */
export const maxFiles = 20;
const atOnce = 2;

/** What the browser knows of files: addresses for their previews, and how large a picture is. */
export interface Previews {
  show(blob: Blob): string;
  forget(url: string): void;
  sizeOf(blob: Blob): Promise<Size | undefined>;
}

/** How long a preview outlives its upload: until the server's own pictures are there. */
const afterglow = 120_000; // ms

export class Uploads {
  readonly list: ReadonlySignal<readonly Upload[]>;
  readonly busy: ReadonlySignal<boolean>;
  readonly failed: ReadonlySignal<boolean>;

  readonly #w: Workspace;
  readonly #previews: Previews;
  readonly #all: Signal<readonly Running[]> = signal([]);
  #next = 1;

  constructor(w: Workspace, previews: Previews) {
    this.#w = w;
    this.#previews = previews;
    this.list = this.#all;
    const some = (type: UploadState["type"]) => this.#all.value.some((u) => u.state.value.type === type);
    this.busy = computed(() => some("waiting") || some("running"));
    this.failed = computed(() => some("failed"));
  }

  /** Takes files in; how many there was no room for. */
  add(files: readonly { blob: Blob; name: string }[]): number {
    const room = Math.max(0, maxFiles - this.#all.peek().length);
    const taken = files.slice(0, room).map(({ blob, name }): Running => {
      const shown = /^(image|video)\//.test(blob.type);
      const upload: Running = {
        key: String(this.#next++),
        blob,
        name: name || "file",
        preview: shown ? this.#previews.show(blob) : undefined,
        state: signal<UploadState>({ type: "waiting" }),
        stop: new AbortController(),
        size: undefined,
      };
      if (blob.type.startsWith("image/")) this.#measure(upload);
      return upload;
    });
    this.#all.value = [...this.#all.peek(), ...taken];
    this.#startMore();
    return files.length - taken.length;
  }

  /** Takes a file out, and ends its upload. */
  remove(key: string): void {
    const upload = this.#all.peek().find((u) => u.key === key);
    if (!upload) return;
    upload.stop.abort();
    if (upload.preview) this.#previews.forget(upload.preview);
    this.#all.value = this.#all.peek().filter((u) => u !== upload);
    this.#startMore();
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
  take(): SharedFile[] {
    const done = this.#all.peek().filter((u) => u.state.peek().type === "done");
    this.#all.value = this.#all.peek().filter((u) => !done.includes(u));
    const shown = done.flatMap((u) => u.preview ?? []);
    if (shown.length > 0) {
      this.#w.platform.clock.after(afterglow, () => {
        for (const url of shown) this.#previews.forget(url);
      });
    }
    return done.map(sharedFile);
  }

  /** Ends all uploads: the composer goes. */
  clear(): void {
    for (const upload of this.#all.peek()) this.remove(upload.key);
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
      const begun = await this.#w.api.call<{ upload_url: string; file_id: string }>(
        "files.getUploadURLExternal",
        { filename: upload.name, length: upload.blob.size },
        { signal: stop },
      );
      const shown = (progress: number) => {
        if (upload.state.peek().type === "running") upload.state.value = { type: "running", progress };
      };
      await this.#w.api.upload(ownPath(begun.upload_url), upload.blob, shown, stop);
      upload.state.value = { type: "done", id: begun.file_id };
    } catch (e) {
      if (!stop.aborted) upload.state.value = { type: "failed", code: e instanceof ApiError ? e.code : "no_answer" };
    }
    this.#startMore();
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

/** The uploads of each composer: they go on while one looks at another conversation. */
class Rooms {
  readonly #rooms = new Map<string, Uploads>();
  readonly #w: Workspace;

  constructor(w: Workspace) {
    this.#w = w;
  }

  of(key: string, previews: Previews): Uploads {
    let uploads = this.#rooms.get(key);
    if (!uploads) {
      uploads = new Uploads(this.#w, previews);
      this.#rooms.set(key, uploads);
    }
    return uploads;
  }

  close(): void {
    for (const uploads of this.#rooms.values()) uploads.clear();
  }
}

const createRooms = (w: Workspace) => new Rooms(w);

/** The uploads of a conversation's or thread's composer. */
export function uploadsOf(w: Workspace, channel: ChannelID, thread: Ts | undefined, previews: Previews): Uploads {
  return w.part(createRooms).of(`${channel}/${thread ?? ""}`, previews);
}
