import { scopeFault } from '../../../ui/access/pattern.ts'
import { dayFault, dayOf, endOfDay } from '../../../ui/form/date.ts'
import type { Entries } from '../../../ui/form/entries.ts'
import { lineFault, linesOf } from '../../../ui/form/lines.ts'
import type { Agent, AuthMethod } from '../agent.ts'
import type { AgentFields } from './fields.ts'

/** Names of the checkboxes of lists, each with its value. */
export const vaultBox = (id: string) => `vault-${id}`
export const chainBox = (identifier: string) => `chain-${identifier}`

/** The possible values of the checkboxes. */
export interface Choices {
  readonly vaults: readonly { readonly id: string }[]
  readonly chains: readonly { readonly identifier: string }[]
}

/** The form's content for an agent; `before` is the agent before the change, if any. */
export function fieldsIn(entry: Entries, { vaults, chains }: Choices, before?: Agent): AgentFields {
  const text = (name: string) => entry(name).trim() || null
  return {
    name: entry('name').trim(),
    description: text('description'),
    expires_at: endOfDay(entry('expires_at'), before?.expires_at),
    token_ttl_seconds: entry('token_ttl_seconds') === '' ? null : Number(entry('token_ttl_seconds')),
    client_cert_fingerprint: text('client_cert_fingerprint'),
    oidc_issuer: text('oidc_issuer'),
    oidc_client_id: text('oidc_client_id'),
    vault_ids: vaults.map(({ id }) => id).filter(id => entry(vaultBox(id)) !== ''),
    scopes: linesOf(entry('scopes')),
    intents_api_enabled: entry('intents_api_enabled') !== '',
    tx_allowed_chains: chains.map(({ identifier }) => identifier).filter(each => entry(chainBox(each)) !== ''),
    tx_to_allowlist: linesOf(entry('tx_to_allowlist')),
    tx_max_value_eth: text('tx_max_value_eth'),
    tx_daily_limit_eth: text('tx_daily_limit_eth'),
    tx_block_unlimited_approvals: entry('tx_block_unlimited_approvals') !== '',
    tx_sign_any_nonce: entry('tx_sign_any_nonce') !== '',
    message_signing_enabled: entry('message_signing_enabled') !== '',
    eip712_domain_allowlist: linesOf(entry('eip712_domain_allowlist')),
    eip712_default_policy: entry('eip712_default_policy') === 'allow' ? 'allow' : 'block',
    raw_signing_enabled: entry('raw_signing_enabled') !== '',
  }
}

/** The errors in the form, by field name; empty if there are none. */
export function faultsIn(entry: Entries, method: AuthMethod, now: Date, before?: Agent): Record<string, string> {
  const needed = NEEDED[method].filter(([name]) => entry(name).trim() === '')
  const unchanged = before !== undefined && entry('expires_at') === dayOf(before.expires_at)
  const faults: Record<string, string | undefined> = {
    name: entry('name').trim() ? undefined : 'Enter a name.',
    expires_at: unchanged ? undefined : dayFault(entry('expires_at'), now),
    scopes: lineFault(entry('scopes'), scopeFault),
    tx_to_allowlist: lineFault(entry('tx_to_allowlist'), addressFault),
    tx_max_value_eth: amountFault(entry('tx_max_value_eth')),
    tx_daily_limit_eth: amountFault(entry('tx_daily_limit_eth')),
    eip712_domain_allowlist: lineFault(entry('eip712_domain_allowlist'), domainFault),
    ...Object.fromEntries(needed),
  }
  return Object.fromEntries(Object.entries(faults).filter((fault): fault is [string, string] => fault[1] !== undefined))
}

/** The required fields of a sign-in method, and the error if one is missing. */
const NEEDED: Readonly<Record<AuthMethod, readonly (readonly [name: string, fault: string])[]>> = {
  api_key: [],
  mtls: [['client_cert_fingerprint', 'Enter the fingerprint of its certificate.']],
  oidc_client_credentials: [
    ['oidc_issuer', 'Enter the address of the issuer.'],
    ['oidc_client_id', 'Enter the client id.'],
  ],
}

/** The error in an address; the sentence starts with its line. */
export function addressFault(line: string): string | undefined {
  return /^0x[0-9a-fA-F]{40}$/.test(line) ? undefined : 'is not an address: 0x and 40 hexadecimal digits.'
}

function domainFault(line: string): string | undefined {
  return /^[^@]+(@0x[0-9a-fA-F]{40})?$/.test(line) ? undefined : 'is not a domain: a name, or name@0x and 40 hexadecimal digits.'
}

/** The error in an amount; none for an empty one. */
export function amountFault(text: string): string | undefined {
  return /^(\d+(\.\d{1,18})?)?$/.test(text.trim()) ? undefined : 'Write a number like 0.25, with at most 18 decimals.'
}
