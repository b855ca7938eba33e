import type { IntentStore } from '../../../stores/intents/intents.ts'
import type { SpendingRow } from '../../../stores/intents/reservation-statements.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'

const DAY_MS = 24 * 3_600_000

/** The start of the window of an agent whose account is made now. */
export function newWindow(now: number): number {
  return now - DAY_MS
}

/** The spending of an agent in wei, locked until the unit of work ends. */
export interface Account {
  readonly row: SpendingRow
  /** In the 24 hours that end now. */
  readonly spent: bigint
}

type Store = Pick<IntentStore, 'lockSpending' | 'saveSpending' | 'counted'>

/** The window moves in steps: until the next one it is slightly longer than 24 hours, never shorter. */
const STEP_MS = 1000

/**
 * Locks the agent's account and moves its window to the current time. The sum is stored, and only what has left the window is subtracted:
 * exact, and as fast for a million transactions a day as for two. If the clock was set back, the sum is computed again.
 */
export async function openAccount(store: Store, agentId: string, now: number): Promise<Account> {
  const row = await store.lockSpending(agentId, newWindow(now))
  const { start, spent } = await windowOf(store, row, newWindow(now))
  const today = dayOf(now)
  const day_wei = row.day === today ? row.day_wei : '0'
  return { row: { ...row, window_wei: String(spent), window_start: start, day: today, day_wei }, spent }
}

/**
 * What counts against the daily limit now: the past 24 hours and, from before, everything that was signed and can still be mined. Otherwise
 * signatures could be collected for days and sent in a minute.
 */
export async function committed(store: Pick<IntentStore, 'outstanding'>, { row, spent }: Account): Promise<bigint> {
  return spent + (await store.outstanding(row.agent_id, row.window_start))
}

async function windowOf(
  store: Pick<Store, 'counted'>,
  row: SpendingRow,
  start: number,
): Promise<{ start: number; spent: bigint }> {
  const { agent_id, window_start, window_wei } = row
  if (Math.abs(start - window_start) < STEP_MS) return { start: window_start, spent: BigInt(window_wei) }
  if (start < window_start) return { start, spent: await store.counted(agent_id, start) }
  return { start, spent: BigInt(window_wei) - (await store.counted(agent_id, window_start, start)) }
}

/** The spending of an agent in the last 24 hours in wei, without a lock. */
export async function spentLately(
  store: Pick<IntentStore, 'spendingOf' | 'counted' | 'outstanding'>,
  agentId: string,
  now: number,
): Promise<bigint> {
  const [row] = await store.spendingOf([agentId])
  if (!row) return 0n
  const { start, spent } = await windowOf(store, row, now - DAY_MS)
  return spent + (await store.outstanding(agentId, start))
}

/** Counts a new transaction; returns its number in the agent's sequence. */
export async function book(store: Store, { row, spent }: Account, counted: bigint): Promise<number> {
  const seq = row.last_seq + 1
  const day_wei = String(BigInt(row.day_wei) + counted)
  await store.saveSpending({ ...row, last_seq: seq, window_wei: String(spent + counted), day_wei })
  return seq
}

/** Corrects the counted amount of a transaction. The caller changes the transaction itself. */
export async function correct(store: Store, { row, spent }: Account, transaction: TransactionRow, counts: bigint): Promise<void> {
  const difference = counts - BigInt(transaction.counted_wei)
  const inWindow = transaction.created_at > row.window_start
  const isToday = dayOf(transaction.created_at) === row.day
  await store.saveSpending({
    ...row,
    window_wei: String(inWindow ? spent + difference : spent),
    day_wei: String(isToday ? BigInt(row.day_wei) + difference : BigInt(row.day_wei)),
  })
}

/** The amount spent on the current day, UTC. */
export function spentOn(row: Pick<SpendingRow, 'day' | 'day_wei'>, now: number): bigint {
  return row.day === dayOf(now) ? BigInt(row.day_wei) : 0n
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS)
}
