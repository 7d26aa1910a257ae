/** Colours as the contrast test reads them: OKLCH to sRGB, and WCAG's contrast. */

export interface Colour {
  readonly rgb: readonly [number, number, number];
  readonly alpha: number;
}

/** The components of "oklch(L C H / A)". */
export function parseOklch(text: string): Colour {
  const found = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(text);
  if (!found) throw new Error(`not an OKLCH colour: ${text}`);
  const [l, c, h, a] = [found[1], found[2], found[3], found[4] ?? "1"].map(Number);
  return { rgb: toSRGB(l ?? 0, c ?? 0, h ?? 0), alpha: a ?? 1 };
}

function toSRGB(l: number, c: number, h: number): [number, number, number] {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    encode(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    encode(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ];
}

/** Linear light to sRGB, clipped as browsers clip what a screen can't show. */
function encode(linear: number): number {
  const v = Math.min(1, Math.max(0, linear));
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
}

/** One colour laid over an opaque one. */
export function over(top: Colour, ground: Colour): Colour {
  const mix = (i: 0 | 1 | 2) => top.rgb[i] * top.alpha + ground.rgb[i] * (1 - top.alpha);
  return { rgb: [mix(0), mix(1), mix(2)], alpha: 1 };
}

function luminance({ rgb }: Colour): number {
  const [r, g, b] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** WCAG's contrast, from 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
