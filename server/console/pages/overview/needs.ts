import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import type { SignedIn } from '../../session/session.ts'
import { attemptOf } from '../audit/sentences.ts'
import { isUsedUp } from '../share/status.ts'
import { ending } from './ending.ts'
import { few, type Need, type SecretList, told } from './need.ts'

type Inbox = Contract['inbox.get']['reply']

/** Everything that needs a decision or an action: faults first, then what is due soon. */
export async function needsOf(
  client: Client,
  account: SignedIn['account'],
  nameOf: (type: string, id: string) => string,
  secrets: SecretList | undefined,
): Promise<Need[]> {
  const inbox = told(client.call('inbox.get'))
  const lists = await Promise.all([
    ...(account.role !== 'member' ? [chain(client), denials(client, nameOf)] : []),
    inbox.then(waiting),
    shares(client),
    ending(client, { account, nameOf, secrets, inbox }),
    secondFactor(client),
  ])
  return lists.flat()
}

/** The secrets that expire first. Each look at them is in the audit log, so an open page asks only once. */
export function endingSecrets(client: Client): Promise<SecretList | undefined> {
  return told(client.call('secrets.list-all', { query: { sort: 'expires_at', limit: 100 } }))
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
    const inVault = vault === undefined ? '' : nameOf('vault', vault)
    const what = attemptOf(action, resource === undefined || resource === vault ? '' : resource, inVault)
    return {
      key: `denied ${denial.seq}`,
      tone: 'bad',
      text: `${nameOf(type, id)} was denied ${count === 1 ? 'once' : `${count.toLocaleString()} times`}: ${what}`,
      verb: 'Why?',
      to: `/audit?${new URLSearchParams(query)}`,
      ...(action === 'secret.read' && vault !== undefined && { denial }),
    }
  })
  return few(needs, { tone: 'bad', what: 'more denials', verb: 'Show', to: '/audit?outcome=denied' })
}

function waiting(inbox: Inbox | undefined): Need[] {
  if (!inbox) return []
  const { enrollments, device_logins: logins, access_requests: requests } = inbox
  const common = { tone: 'warn', verb: 'Review', to: '/requests' } as const
  return [
    ...enrollments.map(
      ({ id, name }): Need => ({ key: id, ...common, to: `/enroll/${id}`, text: `${name} asks to be enrolled` }),
    ),
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

async function secondFactor(client: Client): Promise<Need[]> {
  const status = await told(client.call('mfa.status'))
  if (!status || status.enabled) return []
  return [{ key: 'mfa', tone: 'plain', text: 'Your account has no second factor.', verb: 'Turn on', to: '/account' }]
}
