import type { ContractType } from '../../support/contract.ts'

/** Ids and keys of the objects that were created so far, by name. */
export type Ids = Readonly<Record<string, string>>

/** The caller: nobody, the person, the agent, or an agent that can have transactions signed. */
export type Caller = 'nobody' | 'person' | 'agent' | 'signer'

/** One call as the newest clients make it, and what their types promise to the caller. */
export interface Published {
  readonly title: string
  readonly by: Caller
  readonly method: string
  readonly path: (ids: Ids) => string
  /** If absent: no body, but the header for JSON. */
  readonly body?: (ids: Ids) => object
  readonly status: number
  /** Every field that is not marked with `?` must be present; any other is refused. Absent for 204. */
  readonly promises?: ContractType
  /** The text of a refusal, word for word. */
  readonly detail?: string
  /** The parts of the reply that later calls need. */
  // biome-ignore lint/suspicious/noExplicitAny: the promise is what judges the body
  readonly keep?: (body: any) => Ids
}

export const LATER = '2999-01-01T00:00:00Z'
export const ADDRESS = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
export const at =
  (path: string) =>
  (ids: Ids): string =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name)
