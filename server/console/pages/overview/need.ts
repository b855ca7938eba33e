import type { Contract } from '../../../../src/contract/all.ts'
import { Problem } from '../../../../src/problem.ts'

type Denial = Contract['audit.denials']['reply']['denials'][number]

/** Something to look at, and the verb that settles it. */
export interface Need {
  readonly key: string
  readonly tone: 'bad' | 'warn' | 'plain'
  readonly text: string
  /** Its expiry, if it has one. */
  readonly ends?: string
  readonly verb: string
  readonly to: string
  /** The denied request, which could be allowed. */
  readonly denial?: Denial
}

export type SecretList = Contract['secrets.list-all']['reply']

/** The most lines of one kind; the others share one line. */
const MOST_OF_A_KIND = 4

/** The reply, or nothing if the caller is not allowed to have it. */
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
