import { Problem } from '../../problem.ts'
import { HANDOVER } from '../context/handover.ts'
import { forAll } from './faults.ts'
import type { Variable } from './names.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables whose value is a secret of ours. */
export const KEYS: readonly string[] = [
  'ONECLAW_TOKEN',
  'ONECLAW_API_KEY',
  'ONECLAW_AGENT_API_KEY',
  'ONECLAW_ID_TOKEN',
  'ONECLAW_CMEK_KEY',
]

/** Our credentials must not reach programs that only need the secrets. */
const OURS = [
  ...KEYS,
  HANDOVER,
  'ONECLAW_TOKEN_FILE',
  'ONECLAW_API_KEY_FILE',
  'ONECLAW_AGENT_API_KEY_FILE',
  'ONECLAW_AGENT_ID',
  'ONECLAW_CLIENT_CERT',
  'ONECLAW_CLIENT_KEY',
]

/** The basic variables that a program needs; `--pristine` drops everything else. */
const BASICS =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_[A-Z]+|TZ|TMPDIR|SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA)$/

export interface Merge {
  /** The environment of this process. */
  readonly inherited: Environment
  readonly variables: ReadonlyMap<string, Variable>
  /** Secrets replace existing variables. */
  readonly overload?: boolean | undefined
  /** Inherit only the basics. */
  readonly pristine?: boolean | undefined
}

export interface Merged {
  readonly env: Record<string, string>
  /** Names whose secret was not used because the variable exists with another value. */
  readonly kept: string[]
}

/**
 * The environment of the child.
 * @throws Problem `usage` naming the origin of a value that no environment can hold.
 */
export function childEnvironment({ inherited, variables, overload = false, pristine = false }: Merge): Merged {
  const env: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !OURS.includes(name) && (!pristine || BASICS.test(name))) env[name] = value
  }
  const kept: string[] = []
  forAll(variables.values(), ({ value, origin }) => ensureNoNul(value, origin))
  for (const [name, { value }] of variables) {
    if (!overload && env[name] !== undefined) {
      if (env[name] !== value) kept.push(name)
    } else env[name] = value
  }
  return { env, kept }
}

/** @throws Problem `usage` for NUL, which ends a string in every environment */
export function ensureNoNul(value: string, origin: string): void {
  if (value.includes('\0'))
    throw new Problem('usage', `The value of ${origin} has a NUL character, which a variable cannot contain.`)
}
