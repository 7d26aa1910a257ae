import { effect } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { ChannelID, Ts } from "../wire/objects";
import { type Previews, Uploads } from "./uploads";
import { type KeptFile, KeptFiles } from "./uploads_kept";
import type { Workspace } from "./workspace";

/** The uploads of each composer: they go on while one looks at another conversation. */
class Rooms {
  readonly #rooms = new Map<string, Uploads>();
  /** Files of composers that were not opened yet. */
  readonly #waiting = new Map<string, KeptFile[]>();
  readonly #w: Workspace;
  readonly #kept: KeptFiles;
  readonly #undo: Undo;

  constructor(w: Workspace) {
    this.#w = w;
    this.#kept = new KeptFiles(w);
    void this.#kept.adopt((file) => {
      const uploads = this.#rooms.get(file.room);
      if (uploads) uploads.restore(file);
      else this.#waiting.set(file.room, [...(this.#waiting.get(file.room) ?? []), file]);
    });
    this.#undo = effect(() => {
      if (w.connection.value.state === "live") for (const uploads of this.#rooms.values()) uploads.resume();
    });
  }

  of(room: string, previews: Previews): Uploads {
    let uploads = this.#rooms.get(room);
    if (!uploads) {
      uploads = new Uploads(this.#w, previews, room, this.#kept);
      this.#rooms.set(room, uploads);
      for (const file of this.#waiting.get(room) ?? []) uploads.restore(file);
      this.#waiting.delete(room);
    }
    return uploads;
  }

  close(): void {
    this.#undo();
    for (const uploads of this.#rooms.values()) uploads.close();
    this.#kept.close();
  }
}

const createRooms = (w: Workspace) => new Rooms(w);

/** The uploads of a conversation's or thread's composer. */
export function uploadsOf(w: Workspace, channel: ChannelID, thread: Ts | undefined, previews: Previews): Uploads {
  return w.part(createRooms).of(`${channel}/${thread ?? ""}`, previews);
}
