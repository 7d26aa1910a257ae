/**
 * Pictures of other servers. A page of ours loads none of them itself, as that
 * would tell strangers who reads what: the server fetches them, under paths that
 * client.images signs.
 */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { Workspace } from "./workspace";

/** wait: not known yet. none: this picture can't be shown. */
export type Picture = { readonly state: "wait" | "none" } | { readonly state: "ready"; readonly url: string };

interface ImagesAnswer {
  readonly images: Readonly<Record<string, string>>;
}

const batchMs = 10;
const maxBatch = 100;
const maxKnown = 2_000;

export class Images {
  private readonly known = new Map<string, Signal<Picture>>();
  private waiting: string[] = [];
  private timer: Undo | undefined;

  constructor(private readonly w: Pick<Workspace, "api" | "platform">) {}

  /** Where the picture of this URL is served from. Those of one moment are asked for together. */
  of(url: string): ReadonlySignal<Picture> {
    const known = this.known.get(url);
    if (known !== undefined) return known;
    const picture = signal<Picture>({ state: "wait" });
    this.forgetOldest();
    this.known.set(url, picture);
    this.waiting.push(url);
    this.timer ??= this.w.platform.clock.after(batchMs, () => void this.ask());
    return picture;
  }

  close(): void {
    this.timer?.();
  }

  private async ask(): Promise<void> {
    this.timer = undefined;
    const urls = this.waiting.splice(0, maxBatch);
    if (this.waiting.length > 0) this.timer = this.w.platform.clock.after(batchMs, () => void this.ask());
    try {
      const { images } = await this.w.api.call<ImagesAnswer>("client.images", { urls });
      for (const url of urls) this.set(url, images[url]);
    } catch {
      // Whoever looks again later asks again.
      for (const url of urls) {
        this.set(url, undefined);
        this.known.delete(url);
      }
    }
  }

  private set(url: string, path: string | undefined): void {
    const picture = this.known.get(url);
    if (picture !== undefined) picture.value = path === undefined ? { state: "none" } : { state: "ready", url: path };
  }

  private forgetOldest(): void {
    if (this.known.size < maxKnown) return;
    for (const url of this.known.keys()) {
      this.known.delete(url);
      return;
    }
  }
}

const create = (w: Workspace) => new Images(w);

/** The pictures of a workspace. */
export const imagesOf = (w: Workspace): Images => w.part(create);
