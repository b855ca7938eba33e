import type { BenchAccount } from '../account.ts'
import type { Served } from '../servers.ts'
import type { Signers } from '../signing.ts'
import type { Grown } from './grow.ts'

/** An installation of one size, and its clients. */
export interface Installation {
  readonly server: Served
  readonly grown: Grown
  /** The token of the owner; valid for 15 minutes. */
  readonly token: string
  readonly agentToken: string
}

/** What else the figures of a size need. */
export interface Beside {
  readonly account: BenchAccount
  readonly signers: Signers
  /** A bare fastify route. */
  readonly yard: Served
}
