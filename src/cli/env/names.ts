import { Problem } from '../../problem.ts'
import { fitsGlob } from '../input/glob.ts'
import { didYouMean } from '../input/suggest.ts'
import { forAll } from './faults.ts'
import { steered } from './steering.ts'

/** One variable and where it comes from, e.g. the path of its secret; `origin` is what error messages name. */
export interface Variable {
  readonly name: string
  readonly value: string
  readonly origin: string
  /** It was written down in an env file, and is no secret. */
  readonly literal?: true
}

/** `last`: the last segment of the path; `path`: all of it. */
export type Naming = 'last' | 'path'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The variable of a secret's path: the last segment (or all of them), in upper case, with `-`, `.` and `/` as `_`. The result may
 * still be no valid name, e.g. when it starts with a digit.
 */
export function nameOf(path: string, naming: Naming = 'last'): string {
  const part = naming === 'path' ? path : path.slice(path.lastIndexOf('/') + 1)
  return part.replace(/[-./]/g, '_').toUpperCase()
}

/** @throws Problem `usage`, naming where it comes from, when no shell could take it. */
export function ensureName(name: string, origin: string): void {
  if (NAME.test(name)) return
  throw new Problem('usage', `${origin} would be the variable ${JSON.stringify(name)}, which is not a valid name.`, {
    hint: 'Select other secrets with --only, or use whole paths as names with `--name path`.',
  })
}

/** What is wanted of the variables found. */
export interface Choice {
  /** Names; absent means all. */
  readonly only?: readonly string[] | undefined
  /** Names and paths that are left out; `*` and `?` stand for characters. */
  readonly exclude?: readonly string[] | undefined
  /** Names that may be set although they steer programs. */
  readonly allowSpecial?: readonly string[] | undefined
}

/**
 * The variables by name, checked: nothing may be mangled, dropped or overwritten without a word.
 * @throws Problem `usage` for names that are invalid, taken twice, steer programs and were not allowed to, or asked for and not there.
 */
export function namedVariables(
  found: readonly Variable[],
  { only, exclude, allowSpecial = [] }: Choice = {},
): Map<string, Variable> {
  const named = new Map<string, Variable>()
  forAll(found, variable => {
    const { name, origin, literal } = variable
    if ((only && !only.includes(name)) || isExcluded(name, exclude)) return
    ensureName(name, origin)
    // What stands in a file of the person's own is the person's own doing.
    const family = literal || allowSpecial.includes(name) ? undefined : steered(name)
    if (family !== undefined) throw steering(name, origin, family)
    const other = named.get(name)
    if (other) throw collision(name, other.origin, origin)
    named.set(name, variable)
  })
  const absent = only?.find(name => !named.has(name))
  if (absent !== undefined) {
    const names = [...found].map(({ name }) => name)
    throw new Problem('usage', `--only asks for ${absent}, but no secret has that name.`, {
      hint: didYouMean(absent, names, 'See `1claw secrets list`; a variable is named after its path.'),
    })
  }
  return named
}

export function isExcluded(text: string, exclude: readonly string[] = []): boolean {
  return exclude.some(pattern => fitsGlob(pattern, text))
}

function collision(name: string, first: string, second: string): Problem {
  return new Problem('usage', `${first} and ${second} would both be the variable ${name}.`, {
    hint: 'Name the paths you want, leave one out with --exclude, or use whole paths as names with `--name path`.',
  })
}

function steering(name: string, origin: string, family: string): Problem {
  return new Problem('usage', `${origin} would set ${name}, which steers programs (${family}). It is set only on request.`, {
    hint: `To set it anyway: --allow-special ${name}. To leave it out: --exclude ${name}.`,
  })
}
