import { Problem } from '../../problem.ts'
import { fitsGlob } from '../input/glob.ts'
import { didYouMean } from '../input/suggest.ts'
import { forAll } from './faults.ts'
import { steered } from './steering.ts'

/** A variable and its origin, such as the path of its secret; `origin` is used in error messages. */
export interface Variable {
  readonly name: string
  readonly value: string
  readonly origin: string
  /** It is a literal in an env file, not a secret. */
  readonly literal?: true
}

/** `last`: the last segment of the path; `path`: all of it. */
export type Naming = 'last' | 'path'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The variable name for a secret's path: the last segment (or all of them), in upper case, with `-`, `.` and `/` as `_`. The result may be
 * invalid, for example when it starts with a digit.
 */
export function nameOf(path: string, naming: Naming = 'last'): string {
  const part = naming === 'path' ? path : path.slice(path.lastIndexOf('/') + 1)
  return part.replace(/[-./]/g, '_').toUpperCase()
}

/** @throws Problem `usage`, naming the origin, when no shell could use it */
export function ensureName(name: string, origin: string): void {
  if (NAME.test(name)) return
  throw new Problem('usage', `${origin} would be the variable ${JSON.stringify(name)}, which is not a valid name.`, {
    hint: 'Select other secrets with --only, or use whole paths as names with `--name path`.',
  })
}

/** The selection of variables. */
export interface Choice {
  /** Names; absent means all. */
  readonly only?: readonly string[] | undefined
  /** Excluded names and paths; `*` and `?` are wildcards. */
  readonly exclude?: readonly string[] | undefined
  /** Permitted names that affect programs. */
  readonly allowSpecial?: readonly string[] | undefined
}

/**
 * The variables by name, checked: none is changed, dropped or overwritten silently.
 * @throws Problem `usage` for invalid or duplicate names, names that affect programs without permission, and missing ones
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
    // A person's own file is that person's responsibility.
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
