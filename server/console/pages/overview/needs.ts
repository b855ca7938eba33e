import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import { Problem } from '../../../../src/problem.ts'
import { isUsedUp } from '../share/status.ts'

type Denial = Contract['audit.denials']['reply']['denials'][number]

/** Something that somebody should look at, and the verb that settles it. */
export interface Need {
  readonly key: string
  readonly tone: 'bad' | 'warn' | 'plain'
  readonly text: string
  /** When it ends, where it ends. */
  readonly ends?: string
  readonly verb: string
  readonly to: string
  /** What was denied, and so could be allowed. */
  readonly denial?: Denial
}

export const SOON_DAYS = 14
const SOON_MS = SOON_DAYS * 86_400_000
/** Things of one kind that have a line of their own; the others are one line. */
const MOST_OF_A_KIND = 4

/** Everything that needs a decision or an act, what is wrong before what is soon. */
export async function needsOf(
  client: Client,
  isAdmin: boolean,
  nameOf: (type: string, id: string) => string,
  secrets: SecretList | undefined,
): Promise<Need[]> {
  const lists = await Promise.all([
    ...(isAdmin ? [chain(client), denials(client, nameOf)] : []),
    waiting(client),
    shares(client),
    ending(client, isAdmin, secrets),
    secondFactor(client),
  ])
  return lists.flat()
}

export type SecretList = Contract['secrets.list-all']['reply']

/** The secrets that end first. Each look at them is in the audit log, so a page that stays open asks once. */
export function endingSecrets(client: Client): Promise<SecretList | undefined> {
  return told(client.call('secrets.list-all', { query: { sort: 'expires_at', limit: 100 } }))
}

/** An answer, or nothing where the caller is not to have one. */
async function told<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Problem && [400, 403, 404].includes(error.status)) return undefined
    throw error
  }
}

async function chain(client: Client): Promise<Need[]> {
  const verdict = await told(client.call('audit.verify-get', {}, { timeoutMs: 60_000 }))
  if (!verdict || verdict.ok) return []
  return [{ key: 'chain', tone: 'bad', text: 'The audit log is not intact.', verb: 'Verify', to: '/audit?verify=now' }]
}

async function denials(client: Client, nameOf: (type: string, id: string) => string): Promise<Need[]> {
  const { denials } = await client.call('audit.denials', { query: { limit: 50 } })
  const known = denials.filter(({ actor_type: type }) => type === 'agent' || type === 'user')
  const needs = known.map((denial): Need => {
    const { actor_type: type, actor_id: id, action, resource, vault_id: vault, count } = denial
    const query = { outcome: 'denied', actor_id: id, action, ...(resource && { resource_id: resource }) }
    const where = `${resource || action}${vault === undefined || vault === resource ? '' : ` in ${nameOf('vault', vault)}`}`
    return {
      key: `denied ${denial.seq}`,
      tone: 'bad',
      text: `${nameOf(type, id)} was denied ${count === 1 ? 'once' : `${count.toLocaleString()} times`}: ${action} on ${where}`,
      verb: 'Why?',
      to: `/audit?${new URLSearchParams(query)}`,
      ...(action === 'secret.read' && vault !== undefined && { denial }),
    }
  })
  return few(needs, { tone: 'bad', what: 'more denials', verb: 'Show', to: '/audit?outcome=denied' })
}

async function waiting(client: Client): Promise<Need[]> {
  const inbox = await told(client.call('inbox.get'))
  if (!inbox) return []
  const { enrollments, device_logins: logins, access_requests: requests } = inbox
  const common = { tone: 'warn', verb: 'Review', to: '/requests' } as const
  return [
    ...enrollments.map(({ id, name }): Need => ({ key: id, ...common, text: `${name} asks to be enrolled` })),
    ...logins.map(({ user_code, client_id }): Need => ({ key: user_code, ...common, text: `${client_id} asks to sign in` })),
    ...requests.map(({ id, requester_name: who, permissions, secret_path_pattern: paths, vault_name: vault }): Need => {
      return { key: id, ...common, text: `${who} asks to ${permissions.join(', ')} ${paths} in ${vault}` }
    }),
  ]
}

async function shares(client: Client): Promise<Need[]> {
  const { shares } = await client.call('shares.inbound', { query: { include: 'parties' } })
  const open = shares.filter(share => !share.is_accepted && !share.is_expired && !isUsedUp(share))
  return open.map(({ id, secret_path, expires_at }) => ({
    key: id,
    tone: 'plain',
    text: `A secret is shared with you: ${secret_path}`,
    ends: expires_at,
    verb: 'Answer',
    to: `/v1/share/${id}`,
  }))
}

/** What ends within fourteen days: secrets, agents and their old keys, API keys, invitations and shares. */
async function ending(client: Client, isAdmin: boolean, secrets: SecretList | undefined): Promise<Need[]> {
  const [agents, keys, invitations, given] = await Promise.all([
    told(client.call('agents.list', { query: { include: 'parties' } })),
    told(client.call('api-keys.list')),
    isAdmin ? told(client.call('org.invitations')) : undefined,
    told(client.call('shares.outbound')),
  ])
  const soon = (at: string | undefined): at is string => at !== undefined && Date.parse(at) - Date.now() < SOON_MS
  const line = (key: string, text: string, ends: string, verb: string, to: string): Need[] =>
    soon(ends) ? [{ key, tone: Date.parse(ends) < Date.now() ? 'bad' : 'warn', text, ends, verb, to }] : []
  return [
    ...few(
      (secrets?.secrets ?? []).flatMap(({ id, path, vault_id, vault_name, expires_at: at = '' }) =>
        at === '' ? [] : line(id, `${path} in ${vault_name}`, at, 'Renew', `/vaults/${vault_id}/secrets/${path}`),
      ),
      { tone: 'warn', what: 'more secrets that expire', verb: 'Show', to: '/secrets' },
    ),
    ...few(
      (agents?.agents ?? [])
        .filter(agent => agent.is_active)
        .flatMap(({ id, name, expires_at: at = '', old_key_expires_at: old = '' }) => [
          ...(at === '' ? [] : line(id, `The agent ${name}`, at, 'Extend', `/agents/${id}/edit`)),
          ...(old === '' ? [] : line(`${id} key`, `The old key of ${name}`, old, 'Check', `/agents/${id}/settings`)),
        ]),
      { tone: 'warn', what: 'more agents that expire', verb: 'Show', to: '/agents?state=expiring' },
    ),
    ...(keys?.keys ?? []).flatMap(({ id, name, expires_at: at = '' }) =>
      at === '' || Date.parse(at) < Date.now() ? [] : line(id, `Your API key ${name}`, at, 'Replace', '/api-keys'),
    ),
    ...few(
      (invitations?.invitations ?? []).flatMap(({ id, email, expires_at }) =>
        Date.parse(expires_at) - Date.now() < INVITED_MS
          ? line(id, `The invitation of ${email}`, expires_at, 'Invite again', '/members')
          : [],
      ),
      { tone: 'warn', what: 'more invitations that expire', verb: 'Show', to: '/members' },
    ),
    ...few(
      (given?.shares ?? [])
        .filter(share => !share.is_expired && !isUsedUp(share) && Date.parse(share.expires_at) - Date.now() < SHARED_MS)
        .flatMap(({ id, secret_path, expires_at }) =>
          line(id, `Your share of ${secret_path}`, expires_at, 'Show', '/shares/outbound'),
        ),
      { tone: 'plain', what: 'more shares that end', verb: 'Show', to: '/shares/outbound' },
    ),
  ]
}

/** Invitations and shares are short by nature: only their last two days are worth a line. */
const INVITED_MS = 2 * 86_400_000
const SHARED_MS = INVITED_MS

async function secondFactor(client: Client): Promise<Need[]> {
  const status = await told(client.call('mfa.status'))
  if (!status || status.enabled) return []
  return [{ key: 'mfa', tone: 'plain', text: 'Your account has no second factor.', verb: 'Turn on', to: '/account' }]
}

function few(needs: readonly Need[], rest: Pick<Need, 'tone' | 'verb' | 'to'> & { what: string }): Need[] {
  if (needs.length <= MOST_OF_A_KIND + 1) return [...needs]
  const { what, ...more } = rest
  return [
    ...needs.slice(0, MOST_OF_A_KIND),
    { key: what, ...more, text: `${(needs.length - MOST_OF_A_KIND).toLocaleString()} ${what}` },
  ]
}
