import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { didYouMean } from '../input/suggest.ts'

interface Loose {
  readonly params?: { readonly identifier?: string }
  readonly body?: { readonly chain?: unknown }
}

/** The error for an unknown chain, with the one that was probably meant. */
export async function withNearChain(problem: Problem, client: Client, input: object): Promise<Problem> {
  const { params, body } = input as Loose
  const typed = params?.identifier ?? body?.chain
  if (typeof typed !== 'string' || !problem.message.includes('no chain') || problem.extras.hint) return problem
  const { chains } = await client.call('chains.list').catch(() => ({ chains: [] }))
  const hint = didYouMean(
    typed,
    chains.map(({ name }) => name),
    'See `1claw chains list`.',
  )
  return new Problem(problem.code, problem.message, { ...problem.extras, hint })
}
