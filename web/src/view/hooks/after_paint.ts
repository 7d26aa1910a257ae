/** Calls f when what is drawn now has been painted; not before the page is looked at. */
export function afterPaint(f: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(f);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
