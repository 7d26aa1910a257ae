// A picture whose place is kept from the first: nothing moves when it comes.

import { ImageOff } from "lucide-react";
import { type CSSProperties, useState } from "react";
import { strings } from "../../i18n";
import { imagesOf } from "../../state/images";
import { mediaUrl } from "../../text/url";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { cx } from "../ui";
import styles from "./picture.module.css";

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** What stands for a picture whose size nobody told. */
const unknownRatio = 1.91;
/** No side of a thin picture is less: the rest of it is cut off here, and seen in the viewer. */
const minSide = 48;

/** The box in which a picture of that size is shown: at most so large, never enlarged. */
export function fitBox(width: number, height: number, max: Box): Box {
  if (width <= 0 || height <= 0) {
    const w = Math.min(max.width, Math.round(max.height * unknownRatio));
    return { width: w, height: Math.round(w / unknownRatio) };
  }
  const scale = Math.min(1, max.width / width, max.height / height);
  const side = (n: number, most: number) => Math.min(most, Math.max(minSide, Math.round(n * scale)));
  return { width: side(width, max.width), height: side(height, max.height) };
}

export interface PictureProps {
  readonly url: string;
  readonly alt: string;
  readonly box: Box;
  /** Whether what does not fit is cut off, or the picture made smaller. */
  readonly fit?: "cover" | "contain";
  readonly round?: boolean;
  readonly className?: string;
}

/** A picture of this server, or of another through this one. */
export function Picture({ url, alt, box, fit = "cover", round, className }: PictureProps) {
  const style: CSSProperties = { width: box.width, aspectRatio: `${box.width} / ${box.height}` };
  const own = ownPath(url);
  return (
    <span className={cx(styles.box, round && styles.round, className)} style={style}>
      {own === undefined ? (
        <Foreign url={url} alt={alt} box={box} fit={fit} />
      ) : (
        <Loaded src={own} alt={alt} box={box} fit={fit} />
      )}
    </span>
  );
}

function Foreign(props: Pick<PictureProps, "url" | "alt" | "box" | "fit">) {
  const w = useWorkspace();
  const picture = useValue(imagesOf(w).of(props.url));
  switch (picture.state) {
    case "wait":
      return null;
    case "none":
      return <Broken alt={props.alt} />;
    case "ready":
      return <Loaded {...props} src={ownPath(picture.url) ?? picture.url} />;
  }
}

function Loaded({ src, alt, box, fit }: Pick<PictureProps, "alt" | "box" | "fit"> & { readonly src: string }) {
  const [broken, setBroken] = useState<string>();
  if (broken === src) return <Broken alt={alt} />;
  return (
    <img
      src={src}
      alt={alt}
      width={box.width}
      height={box.height}
      loading="lazy"
      decoding="async"
      draggable={false}
      className={fit === "contain" ? styles.contain : styles.cover}
      onError={() => setBroken(src)}
    />
  );
}

function Broken({ alt }: { readonly alt: string }) {
  return (
    <span
      className={styles.broken}
      role="img"
      aria-label={alt || strings.blocks.noPicture}
      title={strings.blocks.noPicture}
    >
      <ImageOff size={18} aria-hidden />
    </span>
  );
}

const ownFolders = /^\/(?:files-pri|files-tmb|avatars|pictures|img-proxy|emoji)\//;

/**
 * The path of a picture that this server has: the page loads nothing from
 * elsewhere, and a server that is known by several names is one all the same.
 */
export function ownPath(url: string): string | undefined {
  // What is being sent is shown from this page's own memory.
  if (url.startsWith("blob:")) return url;
  const safe = mediaUrl(url);
  if (safe === undefined) return undefined;
  const at = new URL(safe, window.location.origin);
  return at.origin === window.location.origin || safe.startsWith("/") ? at.pathname + at.search : undefined;
}

/** The path of a file, whose URL is always one of our server's. */
export function filePath(url: string | undefined): string | undefined {
  if (url?.startsWith("blob:")) return url;
  const safe = mediaUrl(url);
  if (safe === undefined) return undefined;
  const { pathname, search } = new URL(safe, window.location.origin);
  return ownFolders.test(pathname) ? pathname + search : ownPath(safe);
}
