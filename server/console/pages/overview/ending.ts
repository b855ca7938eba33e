import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import { secretAddress, vaultAddress } from '../../address.ts'
import { manages, type SignedIn } from '../../session/session.ts'
import { isUsedUp } from '../share/status.ts'
import { few, type Need, type SecretList, told } from './need.ts'

type Account = SignedIn['account']

const SOON_MS = 14 * 86_400_000

interface Asked {
  readonly account: Account
  readonly nameOf: (type: string, id: string) => string
  /** Data that is loaded already, because other parts need it as well. */
  readonly secrets: SecretList | undefined
  readonly inbox: Promise<Contract['inbox.get']['reply'] | undefined>
}

/** Everything that expires within fourteen days: secrets, policies, agents and their old keys, API keys, invitations and shares. */
export async function ending(client: Client, { account, nameOf, secrets, inbox }: Asked): Promise<Need[]> {
  const [agents, keys, invitations, given, waiting] = await Promise.all([
    told(client.call('agents.list', { query: { include: 'parties' } })),
    told(client.call('api-keys.list')),
    account.role !== 'member' ? told(client.call('org.invitations')) : undefined,
    told(client.call('shares.outbound')),
    inbox,
  ])
  return [
    ...few(
      (secrets?.secrets ?? []).flatMap(({ id, path, vault_id, vault_name, expires_at: at }) =>
        line(id, `${path} in ${vault_name}`, at, 'Renew', secretAddress({ id: vault_id, name: vault_name }, path)),
      ),
      { tone: 'warn', what: 'more secrets that expire', verb: 'Show', to: '/secrets' },
    ),
    ...few(
      (waiting?.policies_ending ?? []).map(policy => policyLine(policy, nameOf)),
      { tone: 'warn', what: 'more policies that expire', verb: 'Show', to: '/vaults' },
    ),
    ...few(
      (agents?.agents ?? [])
        .filter(agent => agent.is_active && manages(account, agent))
        .flatMap(({ id, name, expires_at: at, old_key_expires_at: old }) => [
          ...line(id, `The agent ${name}`, at, 'Extend', `/agents/${id}/edit`),
          ...line(`${id} key`, `The old key of ${name}`, old, 'Check', `/agents/${id}/settings`),
        ]),
      { tone: 'warn', what: 'more agents that expire', verb: 'Show', to: '/agents?state=expiring' },
    ),
    ...few(
      (keys?.keys ?? [])
        .filter(({ expires_at: at }) => at !== undefined && !isPast(at))
        .flatMap(({ id, name, expires_at: at }) => line(id, `Your API key ${name}`, at, 'Replace', '/api-keys')),
      { tone: 'warn', what: 'more API keys that expire', verb: 'Show', to: '/api-keys' },
    ),
    ...few(
      (invitations?.invitations ?? []).flatMap(({ id, email, expires_at: at }) =>
        line(id, `The invitation of ${email}`, at, 'Invite again', '/members'),
      ),
      { tone: 'warn', what: 'more invitations that expire', verb: 'Show', to: '/members' },
    ),
    ...few(
      (given?.shares ?? [])
        .filter(share => !share.is_expired && !isUsedUp(share))
        .flatMap(({ id, secret_path, expires_at: at }) =>
          line(id, `Your share of ${secret_path}`, at, 'Show', '/shares/outbound'),
        ),
      { tone: 'plain', what: 'more shares that expire', verb: 'Show', to: '/shares/outbound' },
    ),
  ]
}

type Policy = Contract['inbox.get']['reply']['policies_ending'][number]

function policyLine(policy: Policy, nameOf: Asked['nameOf']): Need {
  const { policy_id: id, vault_id: vault, vault_name, secret_path_pattern: paths, permissions, expires_at: ends } = policy
  const text = `${nameOf(policy.principal_type, policy.principal_id)} can ${permissions.join(', ')} ${paths} in ${vault_name}`
  return {
    key: id,
    tone: 'warn',
    text,
    ends,
    verb: 'Extend',
    to: `${vaultAddress({ id: vault, name: vault_name })}/policies?change=${id}`,
  }
}

/** A line for something that has expired or expires soon; none for anything else. */
function line(key: string, text: string, ends: string | undefined, verb: string, to: string): Need[] {
  if (ends === undefined || Date.parse(ends) - Date.now() >= SOON_MS) return []
  return [{ key, tone: isPast(ends) ? 'bad' : 'warn', text, ends, verb, to }]
}

function isPast(instant: string): boolean {
  return Date.parse(instant) < Date.now()
}
