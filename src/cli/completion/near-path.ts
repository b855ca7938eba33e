import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Target } from '../context/target.ts'
import { nearest } from '../input/suggest.ts'
import { knownNames, ownerOf } from './index-file.ts'

interface Loose {
  readonly params?: { readonly vault_id?: string; readonly path?: string }
  readonly body?: { readonly paths?: readonly string[] }
}

/**
 * The problem, with the path that was probably meant as a hint, from the names that this machine has seen, without a request. Without one,
 * the hint says where the paths are.
 */
export function withNearPath(problem: Problem, context: Context, target: Target, input: object): Problem {
  const { params, body } = input as Loose
  const vault = params?.vault_id
  // If there are several, the server names the missing one.
  const path = params?.path ?? body?.paths?.find(one => problem.message.endsWith(` ${one}.`))
  if (vault === undefined || path === undefined || problem.extras.hint) return problem
  const known = knownNames(context.settings.dir, ownerOf(target)).secrets[vault] ?? []
  const close = nearest(path, known)
  const hinted = (hint: string) => new Problem(problem.code, problem.message, { ...problem.extras, hint })
  if (close !== undefined && close !== path) return hinted(`Did you mean ${close}?`)
  return problem.message.startsWith('There is no secret') ? hinted('See the paths with `1claw secrets list`.') : problem
}
