import type { Input } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { bodyOf } from '../input/request-body.ts'

type Bundle = Input<'intents.simulate-bundle'>['body']

/** The transactions in a file, or in stdin for `-`: a list of requests. Those without a chain get the given one. Throws `usage`. */
export async function bundleOf(context: Context, file: string, chain: string | undefined): Promise<Bundle> {
  const parsed: unknown = JSON.parse((await bodyOf(context, undefined, file, false)) ?? 'null')
  if (!Array.isArray(parsed) || !parsed.every(isRecord)) {
    throw new Problem('usage', 'A bundle is a JSON list of transactions.', {
      hint: 'Write [{"to": "0x…", "value": "0", "data": "0x…", "chain": "base"}, …].',
    })
  }
  // The server checks the fields, and names the wrong one.
  return { transactions: parsed.map(each => ({ value: '0', to: null, chain, ...each })) } as Bundle
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
