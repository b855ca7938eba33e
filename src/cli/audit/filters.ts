import { Flags } from '@oclif/core'
import type { Client } from '../../client/client.ts'
import { vaultIdOf } from '../input/vault.ts'
import { ensureId } from './no-events.ts'
import type { EventQuery } from './trail.ts'

const ACTOR_TYPES = ['user', 'agent', 'anonymous', 'system'] as const

/** Which events; `audit list` and `audit tail` share it. */
export const EVENT_FILTERS = {
  action: Flags.string({ helpValue: '<name>', description: 'Only this action, e.g. secret.read.' }),
  actor: Flags.string({ helpValue: '<id>', description: 'Only events of this user or agent.' }),
  'actor-type': Flags.option({
    options: ACTOR_TYPES,
    description: 'Only events of this kind of actor.',
  })(),
  resource: Flags.string({
    helpValue: '<id|path>',
    description: 'Only events on this resource, or on the secret at this path.',
  }),
  'resource-type': Flags.string({ helpValue: '<kind>', description: 'Only events on this kind of resource, e.g. secret.' }),
}

interface Filters {
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly 'actor-type'?: (typeof ACTOR_TYPES)[number] | undefined
  readonly resource?: string | undefined
  readonly 'resource-type'?: string | undefined
  readonly vault?: string | undefined
}

/** The query that these flags ask for. @throws Problem `usage` for an actor that is not an id. */
export async function eventQuery(client: Client, flags: Filters): Promise<EventQuery> {
  if (flags.actor !== undefined) ensureId(flags.actor)
  return {
    ...(flags.action !== undefined && { action: flags.action }),
    ...(flags.actor !== undefined && { actor_id: flags.actor }),
    ...(flags['actor-type'] !== undefined && { actor_type: flags['actor-type'] }),
    ...(flags.resource !== undefined && { resource_id: flags.resource }),
    ...(flags['resource-type'] !== undefined && { resource_type: flags['resource-type'] }),
    ...(flags.vault !== undefined && { vault_id: await vaultIdOf(client, flags.vault) }),
  }
}
