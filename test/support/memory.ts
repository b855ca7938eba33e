import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const WRITABLE = /^([0-9a-f]+)-([0-9a-f]+) rw/gm
const PAGE = 4096n
/** Flags of an entry of `pagemap`: the page is in memory, or swapped out. */
const THERE = 0xc0

/**
 * The names of the needles that are in the memory of a process; undefined if the system does not show its memory (Linux shows it to
 * parents).
 */
export function inMemoryOf(pid: number, needles: Readonly<Record<string, Buffer>>): string[] | undefined {
  if (process.platform !== 'linux') return undefined
  const [memory, pages] = [openSync(`/proc/${pid}/mem`, 'r'), openSync(`/proc/${pid}/pagemap`, 'r')]
  const found = new Set<string>()
  try {
    for (const [, start, end] of readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(WRITABLE)) {
      for (const bytes of runs(memory, pages, BigInt(`0x${start}`), BigInt(`0x${end}`))) {
        for (const [name, needle] of Object.entries(needles)) if (bytes.includes(needle)) found.add(name)
      }
    }
  } finally {
    closeSync(memory)
    closeSync(pages)
  }
  return [...found].sort()
}

/** The pages of a part that are present; adjacent pages are combined. */
function* runs(memory: number, pages: number, start: bigint, end: bigint): Generator<Buffer> {
  const count = Number((end - start) / PAGE)
  const map = readable(pages, (start / PAGE) * 8n, count * 8)
  const isThere = (page: number) => ((map[page * 8 + 7] ?? 0) & THERE) !== 0
  for (let page = 0; page < count; page++) {
    if (!isThere(page)) continue
    const first = page
    while (page < count && isThere(page)) page++
    yield readable(memory, start + BigInt(first) * PAGE, (page - first) * Number(PAGE))
  }
}

/** Reads a part; it is empty if it was unmapped in the meantime. */
function readable(file: number, position: bigint, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, size, position))
  } catch {
    return Buffer.alloc(0)
  }
}
