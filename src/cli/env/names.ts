import { Problem } from '../../problem.ts'

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
 * Variables that make programs run code or load files of somebody's choice. Who may write a secret must not thereby run programs as
 * whoever reads it, so these are taken from secrets only when they are asked for by name.
 */
const HIJACKING =
  /^(?:PATH|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS[0-4]|PROMPT_COMMAND|CDPATH|GLOBIGNORE|ZDOTDIR|LD_.*|DYLD_.*|BASH_FUNC_.*|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|PYTHON(?:STARTUP|PATH|HOME|INSPECT|WARNINGS|BREAKPOINT)|PERL5?(?:OPT|LIB|DB)|PERLLIB|RUBY(?:OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH|GIT_(?:SSH|SSH_COMMAND|ASKPASS|EDITOR|PAGER|EXEC_PATH|CONFIG.*|EXTERNAL_DIFF|PROXY_COMMAND)|SSH_ASKPASS|SUDO_ASKPASS|EDITOR|VISUAL|PAGER|MANPAGER|LESSOPEN|LESSCLOSE|BROWSER|SHELL|HOME|GCONV_PATH|MAVEN_OPTS|GRADLE_OPTS|DOTNET_STARTUP_HOOKS|COMSPEC)$/i

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
}

/**
 * The variables by name, checked: nothing may be mangled, dropped or overwritten without a word.
 * @throws Problem `usage` for a name that is invalid, taken twice, dangerous and not asked for, or asked for and not there.
 */
export function namedVariables(found: Iterable<Variable>, { only }: Choice = {}): Map<string, Variable> {
  const named = new Map<string, Variable>()
  for (const variable of found) {
    const { name, origin } = variable
    if (only && !only.includes(name)) continue
    ensureName(name, origin)
    if (!only && HIJACKING.test(name)) throw hijacking(name, origin)
    const other = named.get(name)
    if (other) throw collision(name, other.origin, origin)
    named.set(name, variable)
  }
  const absent = only?.find(name => !named.has(name))
  if (absent !== undefined) throw new Problem('usage', `--only asks for ${absent}, but no secret has that name.`)
  return named
}

function collision(name: string, first: string, second: string): Problem {
  return new Problem('usage', `${first} and ${second} would both be the variable ${name}.`, {
    hint: 'Name the paths you want, or use whole paths as names with `--name path`.',
  })
}

function hijacking(name: string, origin: string): Problem {
  return new Problem('usage', `${origin} would set ${name}, which changes how programs behave. It is set only on request.`, {
    hint: `To set it anyway, name every variable you want: --only ${name},…`,
  })
}
