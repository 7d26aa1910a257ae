/**
 * Fuzzy matching for lists that are narrowed as one types. A query matches where
 * its letters come in order; the better, the more of them begin words or follow
 * each other. Folded texts are made once, so that a keystroke costs little even
 * over thousands.
 */
export interface Folded {
  readonly text: string;
  /** Lower-case, without accents; as long as text. */
  readonly plain: string;
  /** 1 where a word begins. */
  readonly starts: Uint8Array;
}

export interface Match {
  readonly score: number;
  /** Every run of matched letters begins a word, or it is one run. */
  readonly neat: boolean;
  /** The matched letters of the text: [from, to). */
  readonly ranges: readonly (readonly [number, number])[];
}

export function fold(text: string): Folded {
  let plain = "";
  for (const unit of text.split("")) {
    const bare = unit.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    plain += bare.length === 1 ? bare : unit;
  }
  return { text, plain, starts: wordStarts(plain) };
}

const inWord = /[\p{L}\p{N}]/u;

function wordStarts(plain: string): Uint8Array {
  const starts = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i++) starts[i] = i === 0 || !inWord.test(plain[i - 1] ?? "") ? 1 : 0;
  return starts;
}

const wordStart = 12;
const run = 9;
const textStart = 16;
const letter = 2;

/** undefined where the query's letters are not in the text. An empty query matches everything. */
export function match(query: string, folded: Folded): Match | undefined {
  if (query === "") return { score: 0, neat: true, ranges: [] };
  const { plain, starts } = folded;
  const whole = plain.indexOf(query);
  if (whole >= 0) {
    const at = wholeWordAt(folded, query, whole);
    const start = at === 0 ? textStart + wordStart : starts[at] ? wordStart : 0;
    const exact = plain.length === query.length ? textStart : 0;
    return {
      score: start + exact + query.length * run - plain.length * 0.05,
      neat: true,
      ranges: [[at, at + query.length]],
    };
  }
  return scattered(query, folded);
}

/** The first place where the query begins a word, else the first at all. */
function wholeWordAt({ plain, starts }: Folded, query: string, first: number): number {
  for (let at = first; at >= 0; at = plain.indexOf(query, at + 1)) {
    if (starts[at]) return at;
  }
  return first;
}

/** Takes the letters in order, each at the next start of a word where there is one. */
function scattered(query: string, { plain, starts }: Folded): Match | undefined {
  const ranges: [number, number][] = [];
  let score = -plain.length * 0.05;
  let at = 0;
  for (const wanted of query) {
    if (wanted === " ") continue;
    const last = ranges.at(-1);
    let found = last && plain[last[1]] === wanted ? last[1] : nextStart(plain, starts, wanted, at);
    if (found < 0) found = plain.indexOf(wanted, at);
    if (found < 0) return undefined;
    if (last && found === last[1]) {
      last[1]++;
      score += run;
    } else {
      ranges.push([found, found + 1]);
      score += starts[found] ? wordStart : letter - Math.min(found - at, 8) * 0.5;
    }
    at = found + 1;
  }
  const neat = ranges.every(([from]) => starts[from] === 1);
  // Letters that lie about by chance are no match: those that begin no word have to be near each other.
  const span = (ranges.at(-1)?.[1] ?? 0) - (ranges[0]?.[0] ?? 0);
  const chance = !neat && span > query.length * 4;
  return chance ? undefined : { score, neat, ranges };
}

function nextStart(plain: string, starts: Uint8Array, wanted: string, from: number): number {
  for (let at = plain.indexOf(wanted, from); at >= 0; at = plain.indexOf(wanted, at + 1)) {
    if (starts[at]) return at;
  }
  return -1;
}
