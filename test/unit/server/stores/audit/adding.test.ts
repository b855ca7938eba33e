import type { CompiledQuery } from 'kysely'
import { expect, it } from 'vitest'
import { type Addition, addAll, some } from '../../../../../server/stores/audit/adding.ts'

interface Row {
  readonly [column: string]: unknown
  readonly who: string
  readonly seq: number
  readonly text: string
}

const TABLE: Addition<Row> = {
  table: 'things',
  columns: ['who', 'seq', 'text'],
  numbers: ['seq'],
  alike: ['who'],
  counted: 'seq',
  onConflict: '',
}

/** The number of parameters of each statement that adds rows of these callers, one after the other, on SQLite. */
async function parametersOf(callers: readonly string[]): Promise<number[]> {
  const sent: CompiledQuery[] = []
  const execute = async (query: CompiledQuery) => {
    sent.push(query)
    return { rows: [] }
  }
  const rows = callers.map((who, index) => ({ who, seq: index + 1, text: `${index}` }))
  await addAll({ engine: 'sqlite', execute }, [some(TABLE, rows)])
  return sent.map(({ parameters }) => parameters.length)
}

const of = (who: string, count: number) => Array.from({ length: count }, () => who)

it.each([
  ['of one caller: what is equal is sent once', of('a', 100), [102]],
  ['of several callers with many each: one statement for each caller', [...of('a', 100), ...of('b', 50)], [102, 52]],
  ['of callers with few each: one statement for all', [...of('a', 3), ...of('b', 3), ...of('c', 3)], [27]],
  ['of one caller with few', of('a', 3), [9]],
  ['of a caller with many and one with few', [...of('a', 100), ...of('b', 2)], [102, 6]],
])('rows %s', async (_, callers, expected) => {
  expect(await parametersOf(callers)).toEqual(expected)
})
