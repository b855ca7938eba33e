import { Problem } from '../../problem.ts'
import type { Output } from '../context/terminal.ts'
import { inParallel } from '../fleet/in-parallel.ts'
import { howMany } from '../output/how-many.ts'
import { progress } from '../output/progress.ts'
import type { Session } from '../session/session.ts'
import type { Ledger } from './ledger.ts'
import type { Planned } from './plan.ts'

/** Requests under way at once. */
const WIDTH = 4
/** Lines of progress where there is no terminal. */
const SAID_EVERY = 100

export interface Written {
  readonly path: string
  readonly version: number
  readonly fate: Planned['fate']
}

/**
 * Writes the items. What was written before a failure is remembered, so that the same import goes on from there.
 * @param stderr where progress is shown; nowhere when absent
 * @throws Problem the first failure, with how far it came.
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
  try {
    return await inParallel(items, WIDTH, async ({ path, value, type, fate }) => {
      const { version } = await client.call('secrets.put', { params: { vault_id, path }, body: { value, ...(type && { type }) } })
      ledger.note(path, version, value)
      count++
      bar.add(1)
      return { path, version, fate }
    })
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
