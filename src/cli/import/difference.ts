import { randomBytes } from 'node:crypto'
import { fingerprintWith } from './fingerprint.ts'

/** The difference of a secret between two places. Fingerprints can only be compared within one run, because each run has its own key. */
export interface Difference {
  readonly path: string
  readonly state: 'same' | 'different' | 'only left' | 'only right'
  /** Absent if the secret does not exist there. */
  readonly left?: string
  readonly right?: string
}

/** Compares values by path; sorted by path, including equal ones. */
export function differences(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): Difference[] {
  const fingerprint = fingerprintWith(randomBytes(32))
  const print = (value: string | undefined) => (value === undefined ? undefined : fingerprint(value).slice(0, 12))
  return [...new Set([...left.keys(), ...right.keys()])].toSorted().map(path => {
    const [one, other] = [left.get(path), right.get(path)]
    const state = one === other ? 'same' : one === undefined ? 'only right' : other === undefined ? 'only left' : 'different'
    const [first, second] = [print(one), print(other)]
    return { path, state, ...(first !== undefined && { left: first }), ...(second !== undefined && { right: second }) }
  })
}
