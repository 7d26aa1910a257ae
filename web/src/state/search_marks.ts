/** The server puts U+E000 and U+E001 around the words that were looked for. */

export const markBegin = "\uE000";
export const markEnd = "\uE001";

export interface Marked {
  readonly text: string;
  readonly mark: boolean;
}

/** splitMarks cuts a text at its marks. A mark that is never closed reaches to the end. */
export function splitMarks(text: string): readonly Marked[] {
  const runs: Marked[] = [];
  let mark = false;
  for (const piece of text.split(/([\uE000\uE001])/)) {
    if (piece === markBegin) mark = true;
    else if (piece === markEnd) mark = false;
    else if (piece !== "") runs.push({ text: piece, mark });
  }
  return runs;
}

export function withoutMarks(text: string): string {
  return text.replace(/[\uE000\uE001]/g, "");
}
