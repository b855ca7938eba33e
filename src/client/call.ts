import type { Contract, OperationId } from '../contract/all.ts'

/** The reply of an operation. */
export type Reply<Id extends OperationId> = Contract[Id]['reply']

type Part<Name extends string, T> = keyof T extends never
  ? Record<never, never>
  : Record<never, never> extends T
    ? { [N in Name]?: T }
    : { [N in Name]: T }

/** The input of an operation: `params` of its path, `query`, `body`; each only if the operation has it. */
export type Input<Id extends OperationId> = Part<'params', Contract[Id]['params']> &
  Part<'query', Contract[Id]['query']> &
  Part<'body', Contract[Id]['body']>

/** Optional only for operations that need nothing. */
type Arguments<Id extends OperationId> =
  Record<never, never> extends Input<Id> ? [input?: Input<Id>, options?: CallOptions] : [input: Input<Id>, options?: CallOptions]

/** One finished exchange, for people who asked to see the exchanges. It contains no header, query or body. */
export interface Exchange {
  readonly method: string
  readonly path: string
  /** 0 without a reply. */
  readonly status: number
  readonly ms: number
  readonly requestId?: string | undefined
}

/** Options of one call; times in milliseconds. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** The time limit of this call, instead of the client's. */
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Called for every exchange of this call, including retries. */
  readonly observe?: (exchange: Exchange) => void
}

/**
 * Calls an operation by its id.
 * @throws Problem for every reply that is not a success
 */
export type Call = <Id extends OperationId>(id: Id, ...args: Arguments<Id>) => Promise<Reply<Id>>
