import type { FactsStore } from '../../../stores/facts.ts'

/** The running migration of keys, or the last one. */
export interface Migration {
  readonly id: string
  /** Name of the target key store. */
  readonly to: string
  /** The person who started it, for the audit log. */
  readonly orgId: string
  readonly by: string
  readonly ip: string
  readonly status: 'running' | 'completed' | 'failed'
  /** Sentences that say why keys that could be moved were not; absent before it has ended. */
  readonly errors?: readonly string[]
  /** The number of vaults to move when it was started. */
  readonly vaults: number
  /** Epoch milliseconds, like all times here. */
  readonly startedAt: number
  readonly completedAt: number | null
  /** The process that works on it, and the end of its hold. */
  readonly holder: string | null
  readonly heldUntil: number
}

/** A migration with the stored text that was read: it is changed only if the text is still the same. */
export interface Read {
  readonly migration: Migration
  readonly text: string
}

const FACT = 'key-migration'

export async function readMigration(facts: FactsStore): Promise<Read | undefined> {
  const text = await facts.get(FACT)
  return text === undefined ? undefined : { migration: JSON.parse(text) as Migration, text }
}

/** Replaces the migration that was read, or stores the first one; undefined if another process was faster. */
export async function writeMigration(
  facts: FactsStore,
  before: Read | undefined,
  migration: Migration,
): Promise<Read | undefined> {
  const text = JSON.stringify(migration)
  return (await facts.change(FACT, before?.text, text)) ? { migration, text } : undefined
}
