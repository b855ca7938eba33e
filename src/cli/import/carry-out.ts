import { Problem } from '../../problem.ts'
import type { Output } from '../context/terminal.ts'
import { inParallel } from '../fleet/in-parallel.ts'
import { howMany } from '../output/how-many.ts'
import { progress } from '../output/progress.ts'
import type { Session } from '../session/session.ts'
import type { Ledger } from './ledger.ts'
import type { Planned } from './plan.ts'

/** The number of concurrent requests. */
const WIDTH = 4
/** From this number on, several secrets are written with one request. */
const MANY = 50
/** The maximum for one request: secrets, and characters of their values. */
const [BATCH, BATCH_LENGTH] = [100, 1_000_000]
/** The number of progress lines without a terminal. */
const SAID_EVERY = 100

export interface Written {
  readonly path: string
  readonly version: number
  readonly fate: Planned['fate']
}

/**
 * Writes the items. Items that were written before a failure are remembered, so the same import continues from there.
 * @param stderr where progress is shown; nowhere if absent
 * @throws Problem the first failure, with the progress
 */
export async function carriedOut(
  { client }: Pick<Session, 'client'>,
  vault_id: string,
  items: readonly Planned[],
  ledger: Ledger,
  stderr: Output | undefined,
): Promise<Written[]> {
  const bar = progress(stderr, items.length, 'secrets', SAID_EVERY)
  let count = 0
  const told = ({ path, value, fate }: Planned, version: number): Written => {
    ledger.note(path, version, value)
    count++
    bar.add(1)
    return { path, version, fate }
  }
  const writeOne = async (item: Planned) => {
    const params = { vault_id, path: item.path }
    return told(item, (await client.call('secrets.put', { params, body: bodyOf(item) })).version)
  }
  const writeBatch = async (batch: readonly Planned[]): Promise<Written[]> => {
    const secrets = batch.map(item => ({ path: item.path, ...bodyOf(item) }))
    const written = await client.call('secrets.put-many', { params: { vault_id }, body: { secrets } })
    const versions = new Map(written.secrets.map(({ path, version }) => [path, version]))
    return batch.map(item => told(item, versions.get(item.path) ?? 0))
  }
  try {
    const isOpen = items.length >= MANY && !(await client.call('vaults.get', { params: { vault_id } })).cmek_enabled
    if (!isOpen) return await inParallel(items, WIDTH, writeOne)
    const written = await inParallel(batchesOf(items), WIDTH, async batch => {
      try {
        return await writeBatch(batch)
      } catch (error) {
        if (!(error instanceof Problem && EACH_ALONE.includes(error.code))) throw error
        // None of them was written. Each is then written alone: faulty ones get their own error, and the others are written.
        return inParallel(batch, 1, writeOne)
      }
    })
    return written.flat()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const hint = 'Run the same command again to continue: nothing is written twice.'
    throw new Problem(
      error.code,
      `${count} of ${howMany(items.length, 'secret')} ${count === 1 ? 'was' : 'were'} imported, then: ${error.message}`,
      {
        ...error.extras,
        hint: error.extras.hint ? `${error.extras.hint} ${hint}` : hint,
      },
    )
  } finally {
    bar.end()
    await ledger.save()
  }
}

/** Refusals that could concern only one of many. */
const EACH_ALONE: readonly string[] = [
  'policy.denied',
  'request.invalid',
  'request.too-large',
  'resource.conflict',
  'resource.limit',
]

const bodyOf = ({ value, type }: Planned) => ({ value, ...(type && { type }) })

/** In the order of the items. A value that is longer than a batch gets its own. */
function batchesOf(items: readonly Planned[]): Planned[][] {
  const batches: Planned[][] = []
  let length = 0
  for (const item of items) {
    const batch = batches.at(-1)
    length += item.value.length
    if (batch && batch.length < BATCH && length <= BATCH_LENGTH) batch.push(item)
    else {
      batches.push([item])
      length = item.value.length
    }
  }
  return batches
}
