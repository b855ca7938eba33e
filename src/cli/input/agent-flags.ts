import { Flags } from '@oclif/core'
import type { Client } from '../../client/client.ts'
import type { Context } from '../context/context.ts'
import { milliseconds } from './duration.ts'
import { ensureScope } from './pattern.ts'
import { TEXT_HELP, trimmedArgument } from './text-argument.ts'
import { vaultIdOf } from './vault.ts'

const many = { multiple: true, multipleNonGreedy: true } as const

/** The flags of an agent, for creation and changes. */
export const agentFlags = {
  description: Flags.string({ helpValue: TEXT_HELP, description: 'What it is for.' }),
  scope: Flags.string({
    ...many,
    helpValue: '<pattern>',
    description: 'Limit it to secrets under these paths. Repeatable.',
  }),
  'only-vault': Flags.string({ ...many, helpValue: '<name or id>', description: 'Limit it to these vaults. Repeatable.' }),
  'token-ttl': Flags.string({ helpValue: '<duration>', description: 'Lifetime of its tokens: 1m to 24h (default: 1h).' }),
  intents: Flags.boolean({ allowNo: true, description: 'Allow it to have transactions signed.' }),
  'tx-chain': Flags.string({ ...many, helpValue: '<chain>', description: 'Limit transactions to these chains. Repeatable.' }),
  'tx-to': Flags.string({ ...many, helpValue: '<address>', description: 'Limit transactions to these recipients. Repeatable.' }),
  'tx-max-value': Flags.string({ helpValue: '<amount>', description: 'Maximum value of one transaction, in the native unit.' }),
  'tx-daily-limit': Flags.string({
    helpValue: '<amount>',
    description: 'Maximum value and fees in 24 hours, in the native unit.',
  }),
  'tx-block-unlimited-approvals': Flags.boolean({
    allowNo: true,
    description: 'Refuse unlimited token approvals.',
  }),
  'tx-sign-any-nonce': Flags.boolean({
    allowNo: true,
    description: 'Sign transactions that it sends itself for later nonces, too.',
  }),
  'message-signing': Flags.boolean({ allowNo: true, description: 'Let it sign messages and typed data.' }),
  'raw-signing': Flags.boolean({ allowNo: true, description: 'Let it sign raw hashes. This bypasses every guardrail.' }),
  'eip712-domain': Flags.string({
    ...many,
    helpValue: '<name or name@0x…>',
    description: 'Limit typed data to these domains. Repeatable.',
  }),
  'eip712-default': Flags.string({
    options: ['allow', 'block'],
    description: 'Allow or block typed data of other domains (default: block).',
  }),
  'client-cert-fingerprint': Flags.string({ helpValue: '<hex>', description: 'Certificate of an mtls agent.' }),
  'oidc-issuer': Flags.string({ helpValue: '<url>', description: 'Issuer of an oidc_client_credentials agent.' }),
  'oidc-client-id': Flags.string({ helpValue: '<id>', description: 'Client id of an oidc_client_credentials agent.' }),
}

interface AgentFlags {
  readonly description?: string | undefined
  readonly scope?: string[] | undefined
  readonly 'only-vault'?: string[] | undefined
  readonly 'token-ttl'?: string | undefined
  readonly intents?: boolean | undefined
  readonly 'tx-chain'?: string[] | undefined
  readonly 'tx-to'?: string[] | undefined
  readonly 'tx-max-value'?: string | undefined
  readonly 'tx-daily-limit'?: string | undefined
  readonly 'tx-block-unlimited-approvals'?: boolean | undefined
  readonly 'tx-sign-any-nonce'?: boolean | undefined
  readonly 'message-signing'?: boolean | undefined
  readonly 'raw-signing'?: boolean | undefined
  readonly 'eip712-domain'?: string[] | undefined
  readonly 'eip712-default'?: string | undefined
  readonly 'client-cert-fingerprint'?: string | undefined
  readonly 'oidc-issuer'?: string | undefined
  readonly 'oidc-client-id'?: string | undefined
}

/** The fields of `agents.register` and `agents.update` for the given flags; others are absent. Throws `usage`. */
export async function agentFields(context: Context, client: Client, flags: AgentFlags) {
  const vaults = flags['only-vault']
  const ttl = flags['token-ttl']
  return {
    ...given('description', await trimmedArgument(context, flags.description)),
    ...given('scopes', flags.scope?.map(ensureScope)),
    ...given('vault_ids', vaults && (await Promise.all(vaults.map(vault => vaultIdOf(client, vault))))),
    ...given('token_ttl_seconds', ttl === undefined ? undefined : Math.round(milliseconds(ttl) / 1000)),
    ...given('intents_api_enabled', flags.intents),
    ...given('tx_allowed_chains', flags['tx-chain']),
    ...given('tx_to_allowlist', flags['tx-to']),
    ...given('tx_max_value_eth', flags['tx-max-value']),
    ...given('tx_daily_limit_eth', flags['tx-daily-limit']),
    ...given('tx_block_unlimited_approvals', flags['tx-block-unlimited-approvals']),
    ...given('tx_sign_any_nonce', flags['tx-sign-any-nonce']),
    ...given('message_signing_enabled', flags['message-signing']),
    ...given('raw_signing_enabled', flags['raw-signing']),
    ...given('eip712_domain_allowlist', flags['eip712-domain']),
    ...given('eip712_default_policy', flags['eip712-default'] as 'allow' | 'block' | undefined),
    ...given('client_cert_fingerprint', flags['client-cert-fingerprint']),
    ...given('oidc_issuer', flags['oidc-issuer']),
    ...given('oidc_client_id', flags['oidc-client-id']),
  }
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value }
}

interface Guarded {
  readonly raw_signing_enabled?: boolean | undefined
  readonly intents_api_enabled: boolean
  readonly tx_allowed_chains?: readonly string[] | undefined
  readonly tx_to_allowlist?: readonly string[] | undefined
  readonly tx_max_value_eth?: string | undefined
  readonly tx_daily_limit_eth?: string | undefined
}

/** The missing guardrails of an agent that signs transactions: a missing one means no limit. */
export function missingGuardrails(agent: Guarded): string[] {
  if (!agent.intents_api_enabled) return []
  return [
    ...(agent.tx_allowed_chains?.length ? [] : ['--tx-chain']),
    ...(agent.tx_to_allowlist?.length ? [] : ['--tx-to']),
    ...(agent.tx_max_value_eth === undefined ? ['--tx-max-value'] : []),
    ...(agent.tx_daily_limit_eth === undefined ? ['--tx-daily-limit'] : []),
  ]
}
