import type { Facts } from './source.ts'

/** Ids that belong to no organisation: people, who can be in several, chains, and events of the payment provider. */
const IN_NO_ORG = /^(userId|chainId|eventId)$/

/** Store methods that reach a row by its id alone, with the reason. */
export const BY_ID_ALONE: Readonly<Record<string, string>> = {
  'server/stores/requests/enrollments.ts decide': 'found by its hash; the id is what is written',
  'server/stores/chains.ts update': 'chains are the server’s',
  'server/stores/chains.ts remove': 'chains are the server’s',
  'server/stores/console-sessions.ts exists': 'the id stands in a token that this server signed',
  'server/stores/intents/intents.ts counted': 'counted for the account that is locked',
  'server/stores/intents/intents.ts outstanding': 'counted for the account that is locked',
  'server/stores/intents/intents.ts signaturesOut': 'of the agent that acts',
  'server/stores/intents/intents.ts lockSpending': 'of the agent that acts, or whose transaction is followed',
  'server/stores/intents/reservations.ts counted': 'counted for the accounts that are locked',
  'server/stores/intents/reservations.ts outstanding': 'counted for the accounts that are locked',
  'server/stores/intents/reservations.ts signaturesOut': 'of the agents that act',
  'server/stores/intents/reservations.ts lockSpending': 'of the agents that act',
  'server/stores/intents/intents.ts keyClaim': 'of the agent that acts',
  'server/stores/intents/intents.ts fillKey': 'of the agent that acts',
  'server/stores/intents/intents.ts freeKey': 'of the agent that acts',
  'server/stores/intents/intents.ts freeKeyOf': 'of a transaction that is followed',
  'server/stores/keys/kek-destructions.ts forget': 'a key that a job has destroyed',
  'server/stores/keys/kek-destructions.ts postpone': 'a key that a job could not destroy',
  'server/stores/keys/key-places.ts signingKeyMoved': 'a key that the migration of all of them moves',
  'server/stores/keys/kek-wraps.ts of': 'a key of the server',
  'server/stores/keys/key-jobs.ts take': 'a job that was found by its vault, or by its kind',
  'server/stores/keys/key-jobs.ts progress': 'the job that this process holds',
  'server/stores/keys/key-jobs.ts end': 'the job that this process holds',
  'server/stores/keys/key-jobs.ts release': 'the job that this process holds',
  'server/stores/keys/sealed-rows.ts reseal': 'a row that a job has read',
  'server/stores/outbox.ts remove': 'a mail that this process sends',
  'server/stores/outbox.ts failed': 'a mail that this process could not send',
  'server/stores/keys/signing-keys.ts forget': 'a key that a job has destroyed',
}

/**
 * Store methods that take an id without its organisation: a caller could forget the check. A method that looks the organisation up by the
 * id says so in its name, `…ofAnyOrg`.
 */
export function lookUpsByIdAlone({ path, methods }: Facts): string[] {
  if (!path.startsWith('server/stores/')) return []
  return methods
    .filter(({ name }) => !/ofAnyOrg$/i.test(name))
    .filter(({ parameters }) => parameters.some(({ name }) => /^id$|Id$/.test(name) && !IN_NO_ORG.test(name)))
    .filter(({ parameters }) => !parameters.some(({ name, type }) => /^(orgId|userId)$/.test(name) || type === 'VaultPlace'))
    .map(({ name }) => `${path} ${name}`)
}

/** The same as faults, one sentence each. */
export function tenantFaults(facts: Facts): string[] {
  return lookUpsByIdAlone(facts)
    .filter(method => !Object.hasOwn(BY_ID_ALONE, method))
    .map(method => `${method} takes an id alone; it must also be told whose it is: orgId, or a VaultPlace.`)
}
