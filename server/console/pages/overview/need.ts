import type { Contract } from '../../../../src/contract/all.ts'
import { Problem } from '../../../../src/problem.ts'

type Denial = Contract['audit.denials']['reply']['denials'][number]

/** Something that somebody should look at, and the verb that settles it. */
export interface Need {
  readonly key: string
  readonly tone: 'bad' | 'warn' | 'plain'
  readonly text: string
  /** When it ends, where it ends. */
  readonly ends?: string
  readonly verb: string
  readonly to: string
  /** What was denied, and so could be allowed. */
  readonly denial?: Denial
}

export type SecretList = Contract['secrets.list-all']['reply']

/** Things of one kind that have a line of their own; the others are one line. */
const MOST_OF_A_KIND = 4

/** An answer, or nothing where the caller is not to have one. */
export async function told<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Problem && [400, 403, 404].includes(error.status)) return undefined
    throw error
  }
}

/** The first of a kind, and a line for the others. */
export function few(needs: readonly Need[], rest: Pick<Need, 'tone' | 'verb' | 'to'> & { what: string }): Need[] {
  if (needs.length <= MOST_OF_A_KIND + 1) return [...needs]
  const { what, ...more } = rest
  return [
    ...needs.slice(0, MOST_OF_A_KIND),
    { key: what, ...more, text: `${(needs.length - MOST_OF_A_KIND).toLocaleString()} ${what}` },
  ]
}
