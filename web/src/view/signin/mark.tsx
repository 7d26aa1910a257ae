/** The product's mark: three strings, drawn taut. */
export function Mark({ size }: { readonly size: number }) {
  return <img src="/icon.svg" alt="" width={size} height={size} />;
}
