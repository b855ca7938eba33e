import { type ReactNode, useState } from 'react'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Link } from '../../ui/link.tsx'
import { useDirectory } from '../../ui/people/names.tsx'
import { GrantDialog } from '../policies/grant/grant-dialog.tsx'
import type { Permission } from '../policies/policy.ts'
import { type AuditEvent, actorOf, outcomeOf, vaultOf } from './event.ts'
import { whyOf } from './reasons.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

/** Details that are already shown above. */
const TOLD = ['outcome', 'path', 'rule', 'condition', 'policy_id', 'reason']

/** Everything that was recorded of an event and, where a rule decided, which one. */
export function EventDetails({ event }: { event: AuditEvent }) {
  const directory = useDirectory()
  const { details } = event
  const facts: [string, ReactNode][] = [
    ['Number', event.seq.toLocaleString()],
    ['Time', CLOCK.format(new Date(event.created_at))],
    ['By', `${actorOf(event, directory)}${event.actor_id ? ` · ${event.actor_id}` : ''}`],
    ['From', event.ip_address],
    ...(event.vault_id === undefined
      ? []
      : [['Vault', `${vaultOf({ ...event, resource_id: '' }, directory)} · ${event.vault_id}`] as [string, ReactNode]]),
    [event.resource_type || 'Resource', String(details['path'] ?? '') || event.resource_id || '–'],
    ...(details['path'] !== undefined && event.resource_id !== details['path']
      ? [['Id', event.resource_id] as [string, ReactNode]]
      : []),
    ...['rule', 'condition', 'policy_id', 'reason'].flatMap(name =>
      details[name] === undefined ? [] : [[name.replace('_', ' '), textOf(details[name])] as [string, ReactNode]],
    ),
    ...Object.entries(details)
      .filter(([name]) => !TOLD.includes(name))
      .map(([name, value]): [string, ReactNode] => [name.replaceAll('_', ' '), textOf(value)]),
    ['Hash', event.integrity_hash],
    ['Event before', event.prev_event_id],
  ]
  return (
    <div className="event-opened">
      <Why event={event} />
      <dl className="facts facts-dense">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function Why({ event }: { event: AuditEvent }) {
  const [granting, grant] = useState(false)
  const [checking, check] = useState(false)
  const why = whyOf(event)
  const denied = outcomeOf(event) === 'denied'
  const asked = denied ? askedOf(event) : undefined
  const policy = typeof event.details['policy_id'] === 'string' ? event.vault_id : undefined
  return (
    <>
      {(why !== undefined || denied) && (
        <p>
          <strong>{denied ? 'Why denied: ' : 'Why: '}</strong>
          {why ?? 'This event is older than the record of reasons.'}
        </p>
      )}
      {(policy !== undefined || asked) && (
        <div className="actions">
          {asked && <Button onClick={() => grant(true)}>Grant access</Button>}
          {asked && <Button onClick={() => check(true)}>Check now</Button>}
          {policy !== undefined && <Link to={`/vaults/${policy}/policies`}>Policies of the vault</Link>}
        </div>
      )}
      {asked && checking && <CheckNow asked={asked} />}
      {asked && granting && (
        <GrantDialog
          principal={`${asked.type}:${asked.id}`}
          places={[{ vault_id: asked.vault, pattern: asked.path }]}
          onClose={() => grant(false)}
          onDone={async () => check(true)}
        />
      )}
    </>
  )
}

interface Asked {
  readonly type: 'user' | 'agent'
  readonly id: string
  readonly vault: string
  readonly path: string
  readonly permission: Permission
}

const PERMISSIONS: Readonly<Record<string, Permission>> = {
  'secret.read': 'read',
  'secret.list': 'read',
  'secret.write': 'write',
  'secret.delete': 'delete',
  'secret.rotate': 'rotate',
  'key.rotate': 'rotate',
}

/** The permission that a policy could grant; undefined if none could. */
function askedOf({ action, actor_type: type, actor_id: id, vault_id: vault, details }: AuditEvent): Asked | undefined {
  const permission = PERMISSIONS[action]
  const path = details['path']
  if (permission === undefined || vault === undefined || typeof path !== 'string' || path === '') return undefined
  return type === 'user' || type === 'agent' ? { type, id, vault, path, permission } : undefined
}

/** The current decision of the server about the same request. */
function CheckNow({ asked: { type, id, vault, path, permission } }: { asked: Asked }) {
  const verdict = useLoaded(client =>
    client.call('policies.explain', {
      params: { vault_id: vault },
      body: { principal_type: type, principal_id: id, permission, path },
    }),
  )
  return (
    <div role="status">
      <LoadedView of={verdict} what="the answer">
        {({ allowed, reason }) => (
          <p>
            Now, from your address: <Badge tone={allowed ? 'good' : 'bad'}>{allowed ? 'Allowed' : 'Denied'}</Badge> {reason}
          </p>
        )}
      </LoadedView>
    </div>
  )
}
