const number = new Intl.NumberFormat("en");
const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export const files = {
  size: (bytes: number) => {
    const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
    const format = new Intl.NumberFormat("en", {
      style: "unit",
      unit: units[step],
      unitDisplay: step === 0 ? "long" : "short",
      maximumFractionDigits: step < 2 ? 0 : 1,
    });
    return format.format(bytes / 1_000 ** step);
  },
  download: "Download",
  openTab: "Open in a new tab",
  viewer: (name: string) => `File ${name}`,
  image: (name: string) => `Image ${name}`,
  previous: "Previous file",
  next: "Next file",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Fit to the window",
  place: (n: number, of: number) => `${number.format(n)} of ${number.format(of)}`,
  lines: (n: number) => (n === 1 ? "1 line" : `${number.format(n)} lines`),
  showAll: "Show all",
  showLess: "Show less",
  noPreview: "There is no preview of this file",
  failed: "The file did not load",
  untitled: "Untitled",
  sharedBy: (name: string, when: string) => `Shared by ${name}, ${when}`,
} as const;
