export function BottomBar() {
  return <nav />;
}
