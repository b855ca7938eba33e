/** How long work delays other requests: what the thread computes without a break. */

/** A turn with less processor time, in milliseconds, contains only the measurement. */
const EMPTY_MS = 0.1

/**
 * The processor time of the thread in the longest turn of the event loop during some work, in milliseconds. While turns are empty, a timer
 * measures: measuring each of them would keep a processor busy while the database works.
 */
export async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0
  let isOver = false
  let before = process.threadCpuUsage()
  const look = () => {
    const { user, system } = process.threadCpuUsage(before)
    const computed = (user + system) / 1000
    longest = Math.max(longest, computed)
    before = process.threadCpuUsage()
    if (isOver) return
    if (computed < EMPTY_MS) setTimeout(look, 1)
    else setImmediate(look)
  }
  setImmediate(look)
  await work().finally(() => {
    isOver = true
  })
  look()
  return longest
}

/**
 * The processor time, in milliseconds, in which this machine copies a body once, as joining it does, and parses it: each is a step that nothing
 * can interrupt. It is a few milliseconds for 9 MB, but 60 where a hypervisor hands out memory page by page.
 */
export function copyingAndParsing(body: Buffer): number {
  const before = process.threadCpuUsage()
  JSON.parse(body.toString('utf8'))
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
