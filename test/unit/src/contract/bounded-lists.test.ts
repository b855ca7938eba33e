import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { endpoints } from '../../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../../src/contract/schema/endpoint.ts'

const ALL: readonly EndpointSpec[] = endpoints

/** The names of the lists that a reply consists of. */
function listsOf({ reply }: EndpointSpec): string[] {
  if (!reply) return []
  const { properties = {} } = z.toJSONSchema(reply, { io: 'output', unrepresentable: 'any' })
  return Object.entries(properties)
    .filter(([, schema]) => typeof schema === 'object' && schema.type === 'array')
    .map(([name]) => name)
}

/** Lists without pages, and what limits them instead. A list that grows with stored data does not belong here. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'auth.jwks': 'the signing keys of the server',
  'keys.migration': 'the first thousand of what stays (server/modules/keys/migration/plan.ts)',
  'keys.status': 'one entry for each time that an administrator replaced a key; a hundred rotations',
  'cmek.rotations': 'the newest twenty (server/modules/keys/cmek.ts)',
  'console-session.list': 'twenty sessions of one person (server/modules/console-sessions/service.ts)',
  'admin.settings': 'what platform administrators have set',
  'billing.breakdown': 'days of a month, and fifty shares',
  'billing.subscription': 'names of what a plan limits',
  'x402.prices': 'operations that have a price',
  'inbox.get': 'a hundred of each kind (server/modules/access-requests/inbox.ts)',
  'access-requests.get': 'permissions of one request',
  'agents.keys': 'two keys at most (server/modules/agents/keys.ts)',
  'agents.me': 'scopes of one agent, bounded where they are set',
  'agents.get': 'scopes and vaults of one agent, bounded where they are set',
  'chains.list': 'chains that platform administrators have added',
  'chains.admin-list': 'chains that platform administrators have added',
  'server.status': 'nine parts of a server',
  'audit.summary': 'days of the period that is asked for',
  'audit.denials': 'the first two hundred of a digest; the events themselves have pages',
  'audit.reads': 'the first two hundred of a digest; the events themselves have pages',
  'audit.checkpoints': 'the newest checkpoints (server/stores/audit/audit.ts)',
  'audit.verify-get': 'the first faults (server/modules/audit/verification.ts)',
  'audit.verify': 'the first faults (server/modules/audit/verification.ts)',
  'auth.agent-token': 'as many ids as fit into a token (server/modules/auth/agent-ceilings.ts)',
  'mfa.verify-setup': 'eight codes',
  'org.remove-member': 'agents whose keys were made anew, bounded where they are registered',
  'agents.add-key': 'two keys at most (server/modules/agents/keys.ts)',
  'agents.update': 'scopes and vaults of one agent, bounded where they are set',
  'agents.rotate-identity-keys': 'scopes and vaults of one agent, bounded where they are set',
  'keys.migrate': 'the first thousand of what stays (server/modules/keys/migration/plan.ts)',
  'secrets.read-many': 'five hundred values, and 20 MiB of them (server/modules/secrets/many.ts)',
  'secrets.put-many': 'what was sent',
  'access-requests.create': 'permissions of one request',
  'access-requests.approve': 'permissions of one request',
  'access-requests.decline': 'permissions of one request',
  'policies.create': 'permissions of one policy',
  'policies.create-many': 'what was sent',
  'policies.update': 'permissions of one policy',
  'policies.explain': 'policies of one principal in one vault, a thousand at most (server/policy/ceilings.ts)',
  'intents.simulate': 'what one transaction changes',
  'intents.simulate-bundle': 'what was sent',
}

describe('every list in a reply', () => {
  const lists = ALL.filter(endpoint => listsOf(endpoint).length > 0)

  it('is excused only if it is a list without pages', () => {
    expect(Object.keys(OTHERWISE).filter(id => !lists.some(endpoint => endpoint.id === id))).toEqual([])
  })

  it.each(lists.filter(({ id }) => !(id in OTHERWISE)))('has pages: $id', ({ query }) => {
    const names = Object.keys(query?.shape ?? {})
    expect(names).toContain('limit')
    expect(['cursor', 'offset', 'page'].some(name => names.includes(name))).toBe(true)
  })
})
