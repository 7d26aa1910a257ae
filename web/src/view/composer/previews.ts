import type { Previews } from "../../state/uploads";

/** Previews of files, as the browser makes them. */
export const previews: Previews = {
  show: (blob) => URL.createObjectURL(blob),
  forget: (url) => URL.revokeObjectURL(url),
  sizeOf: async (blob) => {
    const { width, height } = await decoded(blob);
    return width > 0 && height > 0 ? { width, height } : undefined;
  },
};

async function decoded(blob: Blob): Promise<{ width: number; height: number }> {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
