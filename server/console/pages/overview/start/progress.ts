import type { Client } from '../../../../../src/client/client.ts'
import type { AuditEvent } from '../../audit/event.ts'

/** The completed first steps, here or in a terminal, each with the event that shows it. */
export interface Progress {
  readonly stored: AuditEvent | undefined
  readonly read: AuditEvent | undefined
  readonly agent: { readonly id: string; readonly name: string } | undefined
  readonly denied: AuditEvent | undefined
}

/** Read from the audit log, which has everything wherever it was done; reading it leaves no event. */
export async function progressOf(client: Client): Promise<Progress> {
  const newest = async (query: { action: string; outcome: string; actor_type?: 'agent' }) => {
    const { events } = await client.call('audit.events', { query: { ...query, limit: 1 } })
    return events[0]
  }
  const [stored, read, denied, { agents }] = await Promise.all([
    newest({ action: 'secret.write', outcome: 'ok' }),
    newest({ action: 'secret.read', outcome: 'ok' }),
    newest({ action: 'secret.read', outcome: 'denied', actor_type: 'agent' }),
    client.call('agents.list'),
  ])
  return { stored, read, agent: agents[0], denied }
}

export function isDone({ stored, read, agent, denied }: Progress): boolean {
  return Boolean(stored && read && agent && denied)
}
