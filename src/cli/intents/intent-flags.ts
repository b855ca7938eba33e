import { Flags } from '@oclif/core'
import type { Input } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { trimmedArgument } from '../input/text-argument.ts'

/** The agent of the transaction. */
export const agentFlag = Flags.string({
  helpValue: '<name or id>',
  description: 'Agent that owns the transactions (default: yourself, if you are an agent).',
})

/** The flags of a transaction. */
export const intentFlags = {
  chain: Flags.string({ required: true, helpValue: '<name or id>', description: 'Chain; see `chains list`.' }),
  to: Flags.string({ helpValue: '<address>', description: 'Recipient, or the contract to call.' }),
  create: Flags.boolean({ exclusive: ['to'], dependsOn: ['data'], description: 'Create a contract from --data instead.' }),
  value: Flags.string({ default: '0', helpValue: '<amount>', description: 'Amount to send, in the native currency.' }),
  data: Flags.string({ helpValue: '<0x…|@file|->', description: 'Calldata.' }),
  key: Flags.string({ helpValue: '<path>', description: 'Path of the signing key (keys/{chain}-signer).' }),
  'gas-limit': Flags.integer({ min: 21_000, helpValue: '<n>', description: 'Gas limit (default: estimated).' }),
}

/** More flags of a signed transaction. */
export const signingFlags = {
  nonce: Flags.integer({ min: 0, helpValue: '<n>', description: 'Nonce (default: the next free one).' }),
  'gas-price': Flags.string({ helpValue: '<wei>', description: 'Gas price, for a legacy transaction.' }),
  'max-fee': Flags.string({ helpValue: '<wei>', exclusive: ['gas-price'], description: 'Maximum fee per gas (EIP-1559).' }),
  'priority-fee': Flags.string({
    helpValue: '<wei>',
    exclusive: ['gas-price'],
    description: 'Priority fee per gas, for the block builder.',
  }),
  'simulate-first': Flags.boolean({ description: 'Sign it only if a simulation succeeds.' }),
  'idempotency-key': Flags.string({
    helpValue: '<text>',
    description: 'Repeating the command with this key returns the first result.',
  }),
}

interface IntentFlags {
  readonly chain: string
  readonly to?: string | undefined
  readonly create?: boolean | undefined
  readonly value: string
  readonly data?: string | undefined
  readonly key?: string | undefined
  readonly 'gas-limit'?: number | undefined
  readonly vault?: string | undefined
}

interface SigningFlags {
  readonly nonce?: number | undefined
  readonly 'gas-price'?: string | undefined
  readonly 'max-fee'?: string | undefined
  readonly 'priority-fee'?: string | undefined
  readonly 'simulate-first'?: boolean | undefined
}

/** The fields of a request that the flags name. `vaultId` is that of `--vault`, when it is given. Throws `usage`. */
export async function intentOf(
  context: Context,
  flags: IntentFlags,
  vaultId: string | undefined,
): Promise<Input<'intents.simulate'>['body']> {
  if (flags.to === undefined && !flags.create) {
    throw new Problem('usage', 'No recipient given.', { hint: 'Pass --to, or create a contract with --create.' })
  }
  return {
    chain: flags.chain,
    to: flags.to ?? null,
    value: flags.value,
    ...(flags.data !== undefined && { data: await trimmedArgument(context, flags.data) }),
    ...(flags.key !== undefined && { signing_key_path: flags.key }),
    ...(flags['gas-limit'] !== undefined && { gas_limit: flags['gas-limit'] }),
    ...(vaultId !== undefined && { vault_id: vaultId }),
  }
}

export function signingOf(flags: SigningFlags) {
  return {
    ...(flags.nonce !== undefined && { nonce: flags.nonce }),
    ...(flags['gas-price'] !== undefined && { gas_price: flags['gas-price'] }),
    ...(flags['max-fee'] !== undefined && { max_fee_per_gas: flags['max-fee'] }),
    ...(flags['priority-fee'] !== undefined && { max_priority_fee_per_gas: flags['priority-fee'] }),
    ...(flags['simulate-first'] && { simulate_first: true }),
  }
}

export function idempotencyHeader(key: string | undefined): { headers?: Record<string, string> } {
  return key === undefined ? {} : { headers: { 'idempotency-key': key } }
}
