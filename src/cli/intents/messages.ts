import { Flags } from '@oclif/core'
import type { Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { coloured } from '../context/terminal.ts'
import type { View } from '../output/view.ts'
import { agentFlag, signingFlags } from './intent-flags.ts'

/** The flags of a signature other than a transaction's. */
export const messageFlags = {
  chain: Flags.string({ required: true, helpValue: '<name or id>', description: 'The chain; see `chains list`.' }),
  key: Flags.string({ helpValue: '<path>', description: 'Path of the signing key (keys/{chain}-signer).' }),
  'idempotency-key': signingFlags['idempotency-key'],
  agent: agentFlag,
}

type Signature = Reply<'intents.sign-message'>

export const SIGNATURE: View<Signature> = {
  columns: {
    summary: signed => signed.summary.text,
    from: signed => signed.from,
    chain: signed => signed.chain,
    hash: signed => signed.typed_data_hash ?? signed.message_hash,
    signature: signed => signed.signature,
  },
  name: signed => signed.signature ?? '',
}

/** Typed data, read as JSON. Throws `usage`. */
export function typedDataIn(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>
  } catch {
    // These are reported separately below.
  }
  throw new Problem('usage', 'The typed data is not a JSON object.', {
    hint: 'Write {"domain": {…}, "types": {…}, "primaryType": "…", "message": {…}} (EIP-712).',
  })
}

/** Each value of an object and the names that lead to it. */
export function factsOf(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  return Object.entries(value).flatMap(([field, each]) => factsOf(each, name === '' ? field : `${name}.${field}`))
}

export interface Review {
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly colour: boolean
  readonly width: number
}

/** Shows the message on stderr and asks for confirmation. Throws `cancelled`. */
export async function confirmSignature(
  { stderr, env, prompts }: Context,
  shown: Pick<Review, 'title' | 'facts'>,
  view: () => Promise<(review: Review) => string>,
): Promise<void> {
  const draw = await view()
  stderr.write(draw({ ...shown, colour: coloured(stderr, env), width: stderr.columns || 80 }))
  if (!(await prompts.confirm('Sign it?'))) throw new Problem('cancelled', 'Nothing was signed.')
}
