import { isSecretPath } from '../../path-pattern.ts'
import { Problem } from '../../problem.ts'

/** The encoding of a value: `base64-decode` returns the bytes of a base64 value. */
export const ENCODINGS = ['base64', 'base64url', 'hex', 'base64-decode'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** `1claw://<vault>/<path>[?version=N&field=NAME&encoding=base64]`, each part percent-encoded: one secret of one vault. */
export interface Reference {
  /** Name or id. */
  readonly vault: string
  readonly path: string
  /** Absent for the newest. */
  readonly version?: number
  /** A part of the value: a key of a JSON object or bundle, or a part of a PEM file. */
  readonly field?: string
  readonly encoding?: Encoding
}

export const SCHEME = '1claw://'

export function isReference(text: string): boolean {
  return text.startsWith(SCHEME)
}

/**
 * @throws Problem `usage` if it is not one. It names `where` (for example the file and variable) and repeats the text: references are not
 * secret.
 */
export function parseReference(text: string, where: string): Reference {
  const reference = parsePlace(text, where)
  if (isSecretPath(reference.path)) return reference
  throw invalid(text, where, PATH_FORM)
}

/** @throws Problem `usage` if an argument is not a path */
export function pathArgument(text: string): string {
  if (isSecretPath(text)) return text
  throw new Problem('usage', `${JSON.stringify(text)} is not a path: ${PATH_FORM}.`, {
    hint: 'Name a path of your vault, such as db/url, or a reference, such as 1claw://prod/db/url.',
  })
}

const PATH_FORM = 'a path has only letters, digits, - _ . and single slashes'

function invalid(text: string, where: string, why: string): Problem {
  return new Problem('usage', `${where}: ${JSON.stringify(text)} is not a valid reference: ${why}.`, {
    hint: 'It must look like 1claw://vault/path/of/secret, with ?version=2 for one version and ?field=name for a part of the value.',
  })
}

/** The same, except that the path can be a pattern. */
export function parsePlace(text: string, where: string): Reference {
  const wrong = (why: string) => invalid(text, where, why)
  if (!isReference(text)) throw wrong(`it does not start with ${SCHEME}`)
  const [target = '', search, ...rest] = text.slice(SCHEME.length).split('?')
  const slash = target.indexOf('/')
  if (target.includes('#')) throw wrong('a # in it is written %23')
  if (slash <= 0 || slash === target.length - 1 || rest.length > 0) throw wrong('it needs a vault and a path')
  const decoded = (part: string) => {
    try {
      return decodeURIComponent(part)
    } catch {
      throw wrong('its percent-encoding is invalid')
    }
  }
  return {
    vault: decoded(target.slice(0, slash)),
    path: decoded(target.slice(slash + 1)),
    ...parametersOf(search, decoded, wrong),
  }
}

type Parameters = Pick<Reference, 'version' | 'field' | 'encoding'>

/** Not `URLSearchParams`, which reads a plus sign as a space and accepts invalid percent-encoding. */
function parametersOf(
  search: string | undefined,
  decoded: (part: string) => string,
  wrong: (why: string) => Problem,
): Parameters {
  const found: { version?: number; field?: string; encoding?: Encoding } = {}
  for (const pair of search === undefined ? [] : search.split('&')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals === -1 ? undefined : equals)
    const value = equals === -1 ? '' : decoded(pair.slice(equals + 1))
    if (name !== 'version' && name !== 'field' && name !== 'encoding')
      throw wrong('its parameters can be version, field and encoding')
    if (found[name] !== undefined) throw wrong(`it has ${name} twice`)
    if (name === 'version') found.version = versionOf(value, wrong)
    if (name === 'encoding') found.encoding = encodingOf(value, wrong)
    if (name === 'field' && value === '') throw wrong('its field has no name')
    if (name === 'field') found.field = value
  }
  return found
}

function versionOf(value: string, wrong: (why: string) => Problem): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw wrong('a version is a whole number from 1')
  return Number(value)
}

function encodingOf(value: string, wrong: (why: string) => Problem): Encoding {
  const encoding = ENCODINGS.find(known => known === value)
  if (!encoding) throw wrong(`the encodings are ${ENCODINGS.join(', ')}`)
  return encoding
}
