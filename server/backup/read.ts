import { createHash } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Copied } from '../db/copy/load.ts'
import { type End, FORMAT, type Head, type Line, rowOf, VERSION } from './format.ts'
import { damaged, openStream, type Unlocking } from './sealing.ts'

/** A backup's description, after all of it was read and found intact. */
export interface Surveyed {
  readonly head: Head
  readonly end: End
  /** The root key file, if it is inside. The caller wipes it. */
  readonly rootKey?: Buffer
}

/**
 * Reads a backup completely.
 * @throws Problem `check.failed` if a byte is missing or changed; `config.invalid` if it has a newer format or does not open
 */
export async function survey(file: string, unlocking: Unlocking): Promise<Surveyed> {
  let head: Head | undefined
  let end: End | undefined
  let rootKey: Buffer | undefined
  for await (const line of linesOf(file, unlocking)) {
    if ('head' in line) head = line.head
    else if ('end' in line) end = line.end
    else if ('file' in line) rootKey = Buffer.from(line.bytes, 'base64')
  }
  if (!head || !end) throw damaged(file)
  return { head, end, ...(rootKey && { rootKey }) }
}

/** Its rows, for a database. */
export async function* rowsOf(file: string, unlocking: Unlocking): AsyncGenerator<Copied> {
  for await (const line of linesOf(file, unlocking)) if ('t' in line) yield rowOf(line)
}

/** Every line, each checked; the digest and the counts at the end. */
async function* linesOf(file: string, unlocking: Unlocking): AsyncGenerator<Line> {
  const hash = createHash('sha256')
  const counts = new Map<string, number>()
  let state: 'head' | 'rows' | 'end' = 'head'
  for await (const bytes of splitLines(openStream(file, unlocking))) {
    const line = parsed(file, bytes)
    if (state === 'end' || (state === 'head') !== 'head' in line) throw damaged(file)
    if ('head' in line) ensureKnown(line.head)
    if ('t' in line) counts.set(line.t, (counts.get(line.t) ?? 0) + 1)
    if ('end' in line) {
      const told = Object.entries(line.end.counts)
      const same = told.every(([table, count]) => (counts.get(table) ?? 0) === count)
      if (line.end.digest !== hash.digest('hex') || !same) throw damaged(file)
    } else hash.update(bytes).update('\n')
    state = 'end' in line ? 'end' : 'rows'
    yield line
  }
  if (state !== 'end') throw damaged(file)
}

function ensureKnown({ format, version }: Head): void {
  if (format !== FORMAT) throw new Problem('config.invalid', 'This is not a 1claw backup.')
  if (version !== VERSION)
    throw new Problem('config.invalid', 'The backup was made by a newer 1claw.', { hint: 'Restore it with that version.' })
}

function parsed(file: string, bytes: Buffer): Line {
  try {
    return JSON.parse(bytes.toString('utf8')) as Line
  } catch (error) {
    throw damaged(file, error)
  }
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)])
      parts = []
      from = at + 1
    }
    if (from < chunk.length) parts.push(chunk.slice(from))
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}
