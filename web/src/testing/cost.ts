/** How many milliseconds of processor something takes. What else the machine has to do counts for little, unlike by the clock. */
export function processorMs(f: () => void): number {
  const before = process.cpuUsage();
  f();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
