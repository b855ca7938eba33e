import { identityOf } from '../session/identity.ts'
import type { Session } from '../session/session.ts'

/** The maximum number of events that the server sums up in one reply. */
const DAYS = 366
const DAY_MS = 24 * 3_600_000

interface Asked {
  readonly action?: string | undefined
  /** Its id. */
  readonly actor?: string | undefined
}

/**
 * What to say if no event matches. It distinguishes events of other people, which the caller cannot see, and unknown actions from events
 * that only these filters exclude.
 */
export async function whyNone(session: Session, { action, actor }: Asked, now: number): Promise<string> {
  const none = 'No events match.'
  if (actor !== undefined && (await isHidden(session, actor)))
    return `${none} You see only your own events, and --actor names someone else; owners and admins see the events of everyone.`
  if (action === undefined) return none
  const { client } = session
  const query = { from: dayOf(now - (DAYS - 1) * DAY_MS), to: dayOf(now), by: 'action' as const }
  const { sums } = await client.call('audit.summary', { query })
  const actions = [...new Set(sums.map(({ key }) => key))].sort()
  if (actions.includes(action) || actions.length === 0) return none
  return `${none} No event of the last year has the action ${action}; there are: ${actions.join(', ')}.`
}

async function isHidden(session: Session, actor: string): Promise<boolean> {
  const { id, rights } = await identityOf(session, { rights: true })
  const seesAll = rights?.role === 'owner' || rights?.role === 'admin'
  return !seesAll && id !== actor.toLowerCase()
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
