// What a link says it leads to, beside where it leads: a label may look like
// the address of another host.

import type { Inline } from "./nodes";

/** Characters that turn the direction of what follows: with them a label reads as what it is not. */
const turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Characters that show nothing. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** What looks like a dot, or is one to those who resolve names. */
const dots =
  /[\u00b7\u0387\u0589\u0660\u06d4\u0701\u0702\u2022\u2024\u2027\u22c5\u3002\u30fb\ua4f8\ua60e\ufe52\uff0e\uff61\uff65]/g;

/** What looks like a slash, and would end a host or begin its path. */
const slashes = /[\u2044\u2215\u29f8\uff0f]/g;

/** A label as it looks: what is not seen left out, letters of other widths and forms in their plain one. */
function looksLike(label: string): string {
  return label.slice(0, maxLabel).replace(unseen, "").replace(dots, ".").replace(slashes, "/").normalize("NFKC");
}

/** A label as it is shown. */
export function plainLabel(label: string): string {
  return label.replace(turns, "");
}

const hostLike =
  /(https?:\/\/|www\.)?((?:[\p{L}\p{M}\p{N}-]+\.)+(?:\p{L}[\p{L}\p{M}]{1,23}|xn--[a-z0-9-]{2,59})|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f]*:[0-9a-f:.]+\])(?![\p{L}\p{N}.@-])/giu;

/** Ends of file names that are no hosts where nothing else says so, though some are domains too. */
const fileEnds = new Set(
  "md rs py sh js ts jsx tsx go rb pl cc cpp hpp cs so ps mk zip mov txt log csv xml html css json yml yaml toml lock pdf png jpg jpeg gif svg doc docx xls xlsx ppt pptx java class jar exe".split(
    " ",
  ),
);

/**
 * The host that a link leads to if its label looks like the address of another
 * one, or the URL itself hides it behind a name; undefined where nothing is amiss.
 */
export function hiddenHost(url: string, label: string | undefined): string | undefined {
  const real = hostOf(url);
  if (real === undefined) return undefined;
  if (hasName(url)) return real;
  if (label === undefined) return undefined;
  for (const [, scheme, name = ""] of looksLike(label).matchAll(hostLike)) {
    const end = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
    if (scheme === undefined && fileEnds.has(end)) continue;
    const claimed = hostOf(`https://${name}`);
    if (claimed !== undefined && bare(claimed) !== bare(real)) return real;
  }
  return undefined;
}

/**
 * Of each inline the label that readers see it as part of: links that touch, with
 * nothing visible between them, read as one. Of those that stand alone it is undefined.
 */
export function joinedLabels(inlines: readonly Inline[]): readonly (string | undefined)[] {
  const labels = new Array<string | undefined>(inlines.length).fill(undefined);
  let run: number[] = [];
  const end = () => {
    if (run.length > 1) {
      const label = run.map((i) => labelOf(inlines[i])).join("");
      for (const i of run) labels[i] = label;
    }
    run = [];
  };
  inlines.forEach((inline, i) => {
    if (inline.type === "link") run.push(i);
    else if (inline.type !== "text" || looksLike(inline.text) !== "") end();
  });
  end();
  return labels;
}

function labelOf(inline: Inline | undefined): string {
  return inline?.type === "link" ? (inline.text ?? inline.url) : "";
}

const maxLabel = 1_000;

/** The host of a web address, as it goes over the wire; of a mail address, where the mail goes. */
function hostOf(url: string): string | undefined {
  try {
    const at = new URL(url);
    if (at.protocol !== "mailto:") return at.hostname || undefined;
    return hostOf(`https://${at.pathname.slice(at.pathname.lastIndexOf("@") + 1)}`);
  } catch {
    return undefined;
  }
}

/** "https://bank.example@elsewhere.example" leads elsewhere. */
function hasName(url: string): boolean {
  try {
    return new URL(url).username !== "";
  } catch {
    return false;
  }
}

function bare(host: string): string {
  return host.replace(/^www\./, "");
}
