import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Target } from '../context/target.ts'
import { nearest } from '../input/suggest.ts'
import { knownNames, ownerOf } from './index-file.ts'

interface Loose {
  readonly params?: { readonly vault_id?: string; readonly path?: string }
  readonly body?: { readonly paths?: readonly string[] }
}

/** The problem, with the path that was probably meant as a hint, from the names that this machine has seen, without a request. */
export function withNearPath(problem: Problem, context: Context, target: Target, input: object): Problem {
  const { params, body } = input as Loose
  const vault = params?.vault_id
  // If there are several, the server names the missing one.
  const path = params?.path ?? body?.paths?.find(one => problem.message.endsWith(` ${one}.`))
  if (vault === undefined || path === undefined || problem.extras.hint) return problem
  const known = knownNames(context.settings.dir, ownerOf(target)).secrets[vault] ?? []
  const close = nearest(path, known)
  return close === undefined || close === path
    ? problem
    : new Problem(problem.code, problem.message, { ...problem.extras, hint: `Did you mean ${close}?` })
}
