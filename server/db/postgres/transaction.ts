import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { Problem } from '../../../src/problem.ts'
import type { Rows } from '../database.ts'
import { answerLimit, connect, send } from './client.ts'
import { isConnectionLost, postgresFailure } from './failures.ts'
import { endIfSilent } from './silence.ts'

/** A transaction on a connection of its own. Statements are sent when they are asked for and answered in that order. */
export interface Transaction {
  readonly client: pg.PoolClient
  /** Set when the connection cannot be used any more. */
  readonly lost: boolean
  /** Of something that was sent with `sendOnly`. It ends the transaction, so it is why everything after it fails. */
  readonly failure: { readonly error: unknown } | undefined
  /** Runs a statement. */
  execute(query: CompiledQuery): Promise<Rows>
  /** Statements without parameters or results, in one message. */
  control(statements: string): Promise<void>
  /** Sends a statement whose result is not needed: if it fails, all later statements fail, including `COMMIT`. */
  sendOnly(query: (client: pg.PoolClient) => Promise<unknown>): void
  /** The same for statements without parameters. */
  controlOnly(statements: string): void
}

/** Begins a transaction with these statements. @throws Problem `database.unavailable` without a free connection */
export async function beginTransaction(pool: pg.Pool, begin: string): Promise<Transaction> {
  const client = await connect(pool)
  const due = endIfSilent(client, answerLimit(pool))
  let lost = false
  let failure: Transaction['failure']
  async function use<T>(query: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      inOnePacket(client)
      return await due(query(client))
    } catch (error) {
      lost ||= isConnectionLost(error)
      throw error
    }
  }
  const noteFailure = (error: unknown) => {
    failure ??= { error }
  }
  const beginning = use(() => control(client, begin)).catch(noteFailure)
  const mayPass = untilBegun(beginning)
  const sendOnly: Transaction['sendOnly'] = query => void use(query).catch(noteFailure)
  return {
    client,
    get lost() {
      return lost
    },
    get failure() {
      return failure
    },
    async execute(query) {
      const wait = mayPass(query)
      if (wait) await wait
      if (failure) throw failure.error
      return use(() => send(client, query))
    },
    control: statements => use(() => control(client, statements)),
    sendOnly,
    controlOnly: statements => sendOnly(() => control(client, statements)),
  }
}

/**
 * What a statement has to wait for. A question need not wait for the answer to `BEGIN`; what changes something must, because it would be
 * committed by itself if `BEGIN` failed. Whatever comes after a statement that waits must not overtake it.
 */
function untilBegun(beginning: Promise<void>): (query: CompiledQuery) => Promise<void> | undefined {
  let begun = false
  let isWaitedFor = false
  const over = beginning.then(() => {
    begun = true
  })
  return ({ sql }) => {
    if (begun || (!isWaitedFor && /^select\b/i.test(sql))) return undefined
    isWaitedFor = true
    return over
  }
}

/** What is sent in this tick leaves in one packet, by one call of the system. */
function inOnePacket({ connection: { stream } }: pg.PoolClient): void {
  stream.cork()
  process.nextTick(() => stream.uncork())
}

async function control(client: pg.ClientBase, statements: string): Promise<void> {
  try {
    const { command } = await client.query(statements)
    // The reply to COMMIT in a transaction that has failed.
    if (statements === 'COMMIT' && command !== 'COMMIT')
      throw new Problem('database.unavailable', 'The transaction was rolled back.')
  } catch (error) {
    throw postgresFailure(error)
  }
}
