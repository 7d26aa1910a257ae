// Which URLs may stand in a message, and which of them a click may open.

const wordless = new Set(["mailto", "tel", "sip", "sms", "skype", "callto", "facetime", "spotify"]);
const dangerous = new Set(["javascript", "vbscript", "data"]);

/** Tells whether markup makes a link of url, as the server decides it. */
export function linkable(url: string): boolean {
  const colon = url.indexOf(":");
  const scheme = url.slice(0, Math.max(0, colon)).toLowerCase();
  const rest = url.slice(colon + 1);
  if (colon < 0 || rest === "" || /[ \t\r`]/.test(url) || !/^[a-z][a-z0-9+.-]{0,31}$/.test(scheme)) return false;
  if (dangerous.has(scheme)) return false;
  return wordless.has(scheme) || (rest.startsWith("//") && rest.length > 2);
}

/**
 * The URL if a click may open it: http, https and mailto alone. What else a
 * message holds is shown as text, so that no link runs anything.
 */
export function safeUrl(url: unknown): string | undefined {
  if (typeof url !== "string" || url.length > 8192) return undefined;
  try {
    const { protocol } = new URL(url);
    return protocol === "https:" || protocol === "http:" || protocol === "mailto:" ? url : undefined;
  } catch {
    return undefined;
  }
}

/** A picture's or a file's URL: of the web, or a path of our own server. */
export function mediaUrl(url: unknown): string | undefined {
  if (typeof url !== "string" || url.length > 8192) return undefined;
  if (/^\/(?![/\\])/.test(url)) return url;
  const safe = safeUrl(url);
  return safe?.startsWith("mailto:") ? undefined : safe;
}
