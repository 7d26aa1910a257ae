// The styles, entities and emoji within one line of Slack's markup. The rules
// are those of chat/mrkdwn_inline.go on the server.

import { entityEnd, parseEntity, styled, unescapeText } from "./entity";
import type { Inline, Style } from "./nodes";

const bold = 1;
const italic = 2;
const strike = 4;
const code = 8;
/** Not one of Slack's: nothing but entities means anything, as in code. */
export const literal = 16;

const maxEmojiName = 100;
const emojiNumbers = new Set(["+1", "-1", "100", "1234"]);

/** A character of a line that may begin or end a style. */
interface Mark {
  readonly at: number;
  readonly style: number;
  /** Of code: the closing backtick. */
  readonly end: number;
  used: boolean;
}

/** Gathers the inline elements of one block; pieces of text of one style become one element. */
export class InlineWriter {
  readonly elements: Inline[] = [];
  private text = "";
  private style = 0;

  /** Adds one line of markup. */
  line(line: string): void {
    let now = 0;
    let from = 0;
    for (const mark of matchMarks(line, findMarks(line))) {
      if (!mark.used) continue;
      this.plain(line.slice(from, mark.at), now);
      from = mark.at + 1;
      if (mark.style === code) {
        this.plain(line.slice(from, mark.end), now | code | literal);
        from = mark.end + 1;
      } else {
        now ^= mark.style;
      }
    }
    this.plain(line.slice(from), now);
  }

  /** Adds text in which no style begins or ends. */
  plain(s: string, now: number): void {
    let from = 0;
    let i = 0;
    while (i < s.length) {
      const found = special(s, i, now);
      if (found === undefined) {
        i++;
        continue;
      }
      this.addText(s.slice(from, i), now);
      this.add(found.inline, now);
      i += found.length;
      from = i;
    }
    this.addText(s.slice(from), now);
  }

  addText(s: string, now: number): void {
    if (s === "") return;
    const shown = now & ~literal;
    if (shown !== this.style) {
      this.flush();
      this.style = shown;
    }
    this.text += s;
  }

  /** Ends the block: its elements. */
  done(): Inline[] {
    this.flush();
    return this.elements;
  }

  private add(inline: Inline, now: number): void {
    if (inline.type === "text") {
      this.addText(inline.text, now);
      return;
    }
    this.flush();
    this.elements.push(styled(inline, styleOf(now)));
  }

  private flush(): void {
    if (this.text === "") return;
    this.elements.push(styled({ type: "text", text: this.text }, styleOf(this.style)));
    this.text = "";
  }
}

function styleOf(bits: number): Style | undefined {
  if ((bits & ~literal) === 0) return undefined;
  return {
    ...(bits & bold ? { bold: true } : {}),
    ...(bits & italic ? { italic: true } : {}),
    ...(bits & strike ? { strike: true } : {}),
    ...(bits & code ? { code: true } : {}),
  };
}

/** Collects the marks outside of entities and code. */
function findMarks(line: string): Mark[] {
  const marks: Mark[] = [];
  let noTick = false;
  for (let i = 0; i < line.length; i++) {
    switch (line[i]) {
      case "<":
        i = Math.max(i, entityEnd(line, i));
        break;
      case "*":
        marks.push({ at: i, style: bold, end: 0, used: false });
        break;
      case "_":
        marks.push({ at: i, style: italic, end: 0, used: false });
        break;
      case "~":
        marks.push({ at: i, style: strike, end: 0, used: false });
        break;
      case "`": {
        if (noTick || isWordAt(line, i - 1)) break;
        const end = line.indexOf("`", i + 1);
        noTick = end < 0;
        if (end > i + 1 && !isWordAt(line, end + 1)) {
          marks.push({ at: i, style: code, end, used: true });
          i = end;
        }
      }
    }
  }
  return marks;
}

/** Pairs the marks of each style. At most one of each is open at a time, so styles nest three deep at most. */
function matchMarks(line: string, marks: Mark[]): Mark[] {
  const open: Mark[] = [];
  for (const mark of marks) {
    if (mark.style === code) continue;
    const at = open.findLastIndex((m) => m.style === mark.style);
    const opener = open[at];
    if (opener !== undefined) {
      if (!canClose(line, mark.at) || mark.at <= opener.at + 1) continue;
      opener.used = true;
      mark.used = true;
      open.length = at; // those inside it that are still open stay text
    } else if (canOpen(line, mark.at)) {
      open.push(mark);
    }
  }
  return marks;
}

/** A style begins before something, and not inside a word. */
function canOpen(line: string, i: number): boolean {
  if (i + 1 === line.length || isSpaceAt(line, i + 1) || line[i + 1] === line[i]) return false;
  return !isWordAt(line, i - 1);
}

/** A style ends after something, and not inside a word. */
function canClose(line: string, i: number): boolean {
  return i > 0 && !isSpaceAt(line, i - 1) && !isWordAt(line, i + 1);
}

interface Special {
  readonly inline: Inline;
  readonly length: number;
}

/** What begins at s[i] if that is not plain text. */
function special(s: string, i: number, now: number): Special | undefined {
  switch (s[i]) {
    case "<":
      return entityAt(s, i);
    case "&":
      return escapeAt(s, i);
  }
  if ((now & literal) !== 0) return undefined;
  if (s[i] === ":") return emojiAt(s, i);
  return s[i] === "#" ? colorAt(s, i) : undefined;
}

function entityAt(s: string, i: number): Special | undefined {
  const end = entityEnd(s, i);
  const inline = end < 0 ? undefined : parseEntity(s.slice(i + 1, end));
  return inline && { inline, length: end + 1 - i };
}

function escapeAt(s: string, i: number): Special | undefined {
  for (const escaped of ["&lt;", "&gt;", "&amp;"]) {
    if (s.startsWith(escaped, i)) {
      return { inline: { type: "text", text: unescapeText(escaped) }, length: escaped.length };
    }
  }
  return undefined;
}

/** Reads :name: and :name::skin-tone-2:. */
function emojiAt(s: string, i: number): Special | undefined {
  const end = emojiEnd(s, i);
  if (end === 0 || isWordAt(s, i - 1)) return undefined;
  const name = s.slice(i + 1, end);
  const tone = /^:skin-tone-([2-6]):/.exec(s.slice(end + 1, end + 15));
  if (tone === null) return { inline: { type: "emoji", name }, length: end + 1 - i };
  return { inline: { type: "emoji", name, skin_tone: Number(tone[1]) }, length: end + 1 - i + tone[0].length };
}

/** The colon that ends the emoji name begun at i, or 0. */
function emojiEnd(s: string, i: number): number {
  let letter = false;
  for (let j = i + 1; j < s.length && j - i <= maxEmojiName; j++) {
    const c = s.charCodeAt(j);
    if (c === 0x3a) return letter || emojiNumbers.has(s.slice(i + 1, j)) ? j : 0;
    if ((c >= 0x61 && c <= 0x7a) || c >= 0x80) letter = true;
    else if (!/[0-9_'+-]/.test(s.charAt(j))) return 0;
  }
  return 0;
}

/** Reads #rrggbb. */
function colorAt(s: string, i: number): Special | undefined {
  const value = s.slice(i, i + 7);
  if (!/^#[0-9a-fA-F]{6}$/.test(value) || isWordAt(s, i + 7)) return undefined;
  if (isWordAt(s, i - 1) || s[i - 1] === "&" || s[i - 1] === "#") return undefined;
  return { inline: { type: "color", value }, length: 7 };
}

/** Tells whether s[i] belongs to a word: a letter, a digit, all beyond ASCII. */
function isWordAt(s: string, i: number): boolean {
  const c = s.charCodeAt(i); // NaN beyond the ends
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c >= 0x80;
}

function isSpaceAt(s: string, i: number): boolean {
  return " \t\r\n".includes(s[i] ?? "x");
}
