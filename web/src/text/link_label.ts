// What a link says it leads to, beside where it leads: a label may look like
// the address of another host.

/** Characters that turn the direction of what follows: with them a label reads as what it is not. */
const turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A label as it is shown. */
export function plainLabel(label: string): string {
  return label.replace(turns, "");
}

const hostLike = /(https?:\/\/|www\.)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,24})(?![\p{L}\p{N}.@-])/giu;

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
  for (const [, scheme, name = ""] of plainLabel(label).slice(0, maxLabel).matchAll(hostLike)) {
    const end = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
    if (scheme === undefined && fileEnds.has(end)) continue;
    const claimed = hostOf(`https://${name}`);
    if (claimed !== undefined && bare(claimed) !== bare(real)) return real;
  }
  return undefined;
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
