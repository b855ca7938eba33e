import type { ContractType } from '../../support/contract.ts'

/** Ids and keys of what was made so far, by name. */
export type Ids = Readonly<Record<string, string>>

/** Who calls: nobody, the person, the agent, or an agent that may have transactions signed. */
export type Caller = 'nobody' | 'person' | 'agent' | 'signer'

/** One call as the newest clients make it, and what their types promise to who calls. */
export interface Published {
  readonly title: string
  readonly by: Caller
  readonly method: string
  readonly path: (ids: Ids) => string
  /** Absent: no body, but the header that says there is JSON. */
  readonly body?: (ids: Ids) => object
  readonly status: number
  /** Every field that is not marked with `?` is promised; any other is refused. Absent with 204. */
  readonly promises?: ContractType
  /** Of a refusal, word for word. */
  readonly detail?: string
  /** What later calls need of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: the promise is what judges the body
  readonly keep?: (body: any) => Ids
}

export const LATER = '2999-01-01T00:00:00Z'
export const ADDRESS = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
export const at =
  (path: string) =>
  (ids: Ids): string =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name)
