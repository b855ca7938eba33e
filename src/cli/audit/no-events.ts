import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** What the server sums up in one answer. */
const DAYS = 366
const DAY_MS = 24 * 3_600_000

/** @throws Problem `usage` for what cannot be the id of an actor, a name for instance: no event would have it. */
export function ensureId(actor: string): void {
  if (ID.test(actor)) return
  const hint = 'Find the id with `1claw agents list` or `1claw org members`.'
  throw new Problem('usage', `--actor takes an id, and ${actor} is not one.`, { hint })
}

/** What to say where no event matches: an action that nobody ever did is told from one that only these filters leave out. */
export async function whyNone(client: Client, action: string | undefined, now: number): Promise<string> {
  const none = 'No events match.'
  if (action === undefined) return none
  const query = { from: dayOf(now - (DAYS - 1) * DAY_MS), to: dayOf(now), by: 'action' as const }
  const { sums } = await client.call('audit.summary', { query })
  const actions = [...new Set(sums.map(({ key }) => key))].sort()
  if (actions.includes(action) || actions.length === 0) return none
  return `${none} No event of the last year has the action ${action}; there are: ${actions.join(', ')}.`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
