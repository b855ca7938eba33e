import { Flags } from '@oclif/core'
import type { Client } from '../../client/client.ts'
import { vaultIdOf } from '../input/vault.ts'
import { actorIdOf } from '../people/members.ts'
import type { EventQuery } from './trail.ts'

const ACTOR_TYPES = ['user', 'agent', 'anonymous', 'system'] as const

const OUTCOMES = ['ok', 'denied', 'failed'] as const
const KINDS = ['reads', 'changes', 'sign-ins', 'views'] as const

/** The names of people and agents; `me` is the caller. */
export const ACTOR_HELP = '<agent, e-mail or id>'

/** The filter of events, shared by `audit list` and `audit tail`. */
export const EVENT_FILTERS = {
  action: Flags.string({ helpValue: '<name>', description: 'Only this action, e.g. secret.read.' }),
  actor: Flags.string({ helpValue: ACTOR_HELP, description: 'Only events of this user or agent.' }),
  'actor-type': Flags.option({
    options: ACTOR_TYPES,
    description: 'Only events of this kind of actor.',
  })(),
  resource: Flags.string({
    helpValue: '<id|path>',
    description: 'Only events on this resource, or on the secret at this path.',
  }),
  outcome: Flags.option({
    options: OUTCOMES,
    multiple: true,
    description: 'Only events with this outcome; can be repeated.',
  })(),
  kind: Flags.option({
    options: KINDS,
    multiple: true,
    description: 'Only events of this kind; can be repeated. Views are looks at lists, vaults and policies.',
  })(),
  find: Flags.string({
    helpValue: '<words>',
    description: 'Only events with all these words: names, patterns such as stripe/**, or any text.',
  }),
  'resource-type': Flags.string({ helpValue: '<kind>', description: 'Only events on this kind of resource, e.g. secret.' }),
}

interface Filters {
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly 'actor-type'?: (typeof ACTOR_TYPES)[number] | undefined
  readonly resource?: string | undefined
  readonly outcome?: readonly string[] | undefined
  readonly kind?: readonly string[] | undefined
  readonly find?: string | undefined
  readonly 'resource-type'?: string | undefined
  readonly vault?: string | undefined
}

/**
 * The query of these flags.
 * @throws Problem `resource.unknown` for an unknown actor or vault
 */
export async function eventQuery(client: Client, flags: Filters): Promise<EventQuery> {
  return {
    ...(flags.action !== undefined && { action: flags.action }),
    ...(flags.actor !== undefined && { actor_id: await actorIdOf(client, flags.actor) }),
    ...(flags['actor-type'] !== undefined && { actor_type: flags['actor-type'] }),
    ...(flags.resource !== undefined && { resource_id: flags.resource }),
    ...(flags.outcome && { outcome: flags.outcome.join(',') }),
    ...(flags.kind && { kinds: flags.kind.join(',') }),
    ...(flags.find !== undefined && { q: flags.find }),
    ...(flags['resource-type'] !== undefined && { resource_type: flags['resource-type'] }),
    ...(flags.vault !== undefined && { vault_id: await vaultIdOf(client, flags.vault) }),
  }
}
