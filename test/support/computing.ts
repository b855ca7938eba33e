/**
 * The processor time that this process has used since `process.cpuUsage()` was `before`, in milliseconds. Time in which other processes had
 * the processor does not count.
 */
export function computedSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
