import { Flags } from '@oclif/core'
import type { Client, Input, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { trimmedArgument } from '../input/text-argument.ts'

/** The flags of a chain, for admins. */
export const chainFlags = {
  'rpc-url': Flags.string({
    multiple: true,
    helpValue: '<url|@file|->',
    description: 'URL of a node. Several nodes are tried in this order. Read it from a file or stdin if it contains a key.',
  }),
  'rpc-timeout': Flags.integer({
    min: 100,
    max: 30_000,
    helpValue: '<ms>',
    description: 'Time limit for each request to a node (default: 6000).',
  }),
  'explorer-url': Flags.string({ helpValue: '<url>', description: 'Block explorer.' }),
  'display-name': Flags.string({ helpValue: '<text>', description: 'Display name.' }),
  currency: Flags.string({ helpValue: '<symbol>', description: 'Native currency (default: ETH).' }),
  testnet: Flags.boolean({ allowNo: true, description: 'Mark it as a test network.' }),
}

interface ChainFlags {
  readonly 'rpc-url'?: readonly string[] | undefined
  readonly 'rpc-timeout'?: number | undefined
  readonly 'explorer-url'?: string | undefined
  readonly 'display-name'?: string | undefined
  readonly currency?: string | undefined
  readonly testnet?: boolean | undefined
}

/** The fields of a request that the flags name. Throws `usage`. */
export async function chainFieldsOf(context: Context, flags: ChainFlags): Promise<NonNullable<Input<'chains.update'>['body']>> {
  const urls = flags['rpc-url'] && (await Promise.all(flags['rpc-url'].map(word => trimmedArgument(context, word))))
  return {
    ...(urls && { rpc_url: urls.join(' ') }),
    ...(flags['rpc-timeout'] !== undefined && { rpc_timeout_ms: flags['rpc-timeout'] }),
    ...(flags['explorer-url'] !== undefined && { explorer_url: flags['explorer-url'] }),
    ...(flags['display-name'] !== undefined && { display_name: flags['display-name'] }),
    ...(flags.currency !== undefined && { native_currency: flags.currency }),
    ...(flags.testnet !== undefined && { is_testnet: flags.testnet }),
  }
}

/** A chain by its name, chain id or UUID, disabled ones too. Throws `resource.unknown`. */
export async function chainNamed(client: Client, word: string): Promise<Reply<'chains.update'>> {
  const { chains } = await client.call('chains.admin-list')
  const wanted = word.toLowerCase()
  const found = chains.find(({ name, chain_id, id }) => [name, String(chain_id), id].includes(wanted))
  if (found) return found
  throw new Problem('resource.unknown', `There is no chain ${JSON.stringify(word)}.`, { hint: 'See `1claw admin chains`.' })
}
