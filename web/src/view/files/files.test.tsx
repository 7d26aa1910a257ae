// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { type Drawn, draw } from "../../testing/stage";
import type { File } from "../../wire/objects";
import { fileKind } from "./file_kind";
import { Files } from "./files";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

const file = (more: Partial<File>): File => ({
  id: "F1",
  name: "a",
  mode: "hosted",
  size: 2_400_000,
  url_private: "/files-pri/T-F1/a",
  ...more,
});
const image = (id: string, w: number, h: number) =>
  file({
    id,
    name: `${id}.png`,
    mimetype: "image/png",
    original_w: w,
    original_h: h,
    thumb_360: "/files-tmb/T-F1/a_360.png",
  });
const show = (...files: File[]) => {
  drawn = draw(<Files files={files} />);
  return drawn.root;
};

describe("files", () => {
  it.each<[string, Partial<File>]>([
    ["gone", { mode: "tombstone" }],
    ["hidden", { mode: "hidden_by_limit" }],
    ["image", { mimetype: "image/jpeg", original_w: 3, original_h: 2 }],
    ["other", { mimetype: "image/jpeg" }],
    ["other", { mimetype: "image/svg+xml", original_w: 3, original_h: 2 }],
    ["video", { mimetype: "video/mp4" }],
    ["audio", { mimetype: "audio/mpeg" }],
    ["pdf", { mimetype: "application/pdf" }],
    ["snippet", { mimetype: "text/plain", preview: "a" }],
    ["other", { mimetype: "text/html" }],
  ])("%s", (kind, more) => {
    expect(fileKind(file(more))).toBe(kind);
  });

  it("that are pictures have their place before they come", () => {
    const box = show(image("F1", 1600, 1000)).querySelector<HTMLElement>("span[style]");
    expect([box?.style.width, box?.style.aspectRatio]).toEqual(["400px", "400 / 250"]);
    drawn?.undo();
    const row = [...show(image("F1", 1600, 1000), image("F2", 100, 900)).querySelectorAll<HTMLElement>("span[style]")];
    expect(row.map((b) => b.style.aspectRatio)).toEqual(["288 / 180", "108 / 180"]);
  });

  it("that are films have theirs, and load nothing but their length", () => {
    const video = show(file({ mimetype: "video/mp4", original_w: 1920, original_h: 1080 })).querySelector("video");
    expect([video?.getAttribute("preload"), video?.style.aspectRatio]).toEqual(["metadata", "400 / 225"]);
  });

  it("that are text show their first lines, and where the rest is", () => {
    const preview = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
    const root = show(file({ mimetype: "text/plain", preview, lines: 40, preview_is_truncated: true }));
    expect(root.querySelector("code")?.textContent?.split("\n")).toHaveLength(12);
    expect(root.textContent).toContain("Show all · 40 lines");
  });

  it("that are something else say what, and can be fetched", () => {
    const root = show(file({ name: "<b>.zip", mimetype: "application/zip", pretty_type: "Zip" }));
    expect(root.textContent).toContain("Zip · 2.4 MB");
    expect(root.querySelector("a")?.getAttribute("href")).toBe("/files-pri/T-F1/a");
    expect(root.querySelector("b")).toBeNull();
  });

  it("lead nowhere but to this server's files", () => {
    const root = show(file({ mimetype: "application/zip", url_private: "javascript:alert(1)" }));
    expect(root.querySelector("a[href]")).toBeNull();
    drawn?.undo();
    const other = show(file({ mimetype: "application/zip", url_private: "https://other.name/files-pri/T-F1/a" }));
    expect(other.querySelector("a")?.getAttribute("href")).toBe("/files-pri/T-F1/a");
  });
});
