/** The times that are offered for a reminder, by this device's clock. */

export const reminderPresets = ["hour", "threeHours", "tomorrow", "monday"] as const;
export type ReminderPreset = (typeof reminderPresets)[number];

const morning = 9;

/** reminderAt is when a preset means, in seconds. */
export function reminderAt(preset: ReminderPreset, now: Date): number {
  switch (preset) {
    case "hour":
      return seconds(now) + 3600;
    case "threeHours":
      return seconds(now) + 3 * 3600;
    case "tomorrow":
      return seconds(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, morning));
    case "monday":
      return seconds(
        new Date(now.getFullYear(), now.getMonth(), now.getDate() + ((8 - now.getDay()) % 7 || 7), morning),
      );
  }
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** localInput is a moment as <input type="datetime-local"> writes it, and back. */
export function localInput(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function fromLocalInput(text: string): Date | undefined {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
