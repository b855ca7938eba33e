import { Problem } from '../../problem.ts'

/** `1claw://<vault>/<path>[?version=N]`, each part percent-encoded: one secret of one vault. */
export interface Reference {
  /** Name or id. */
  readonly vault: string
  readonly path: string
  /** Absent: the newest. */
  readonly version?: number
}

export const SCHEME = '1claw://'

export function isReference(text: string): boolean {
  return text.startsWith(SCHEME)
}

/**
 * @throws Problem `usage` when it is not one. It names `where` (e.g. the file and variable) and repeats the text: references are no secrets.
 */
export function parseReference(text: string, where: string): Reference {
  const wrong = (why: string) =>
    new Problem('usage', `${where}: ${JSON.stringify(text)} is not a valid reference: ${why}.`, {
      hint: 'It must look like 1claw://vault/path/of/secret, with ?version=2 for one version.',
    })
  if (!isReference(text)) throw wrong(`it does not start with ${SCHEME}`)
  const [target = '', search, ...rest] = text.slice(SCHEME.length).split('?')
  const slash = target.indexOf('/')
  if (slash <= 0 || slash === target.length - 1 || rest.length > 0 || target.includes('#'))
    throw wrong('it needs a vault and a path')
  const decoded = (part: string) => {
    try {
      return decodeURIComponent(part)
    } catch {
      throw wrong('its percent-encoding is invalid')
    }
  }
  const version = versionOf(search, wrong)
  return {
    vault: decoded(target.slice(0, slash)),
    path: decoded(target.slice(slash + 1)),
    ...(version !== undefined && { version }),
  }
}

function versionOf(search: string | undefined, wrong: (why: string) => Problem): number | undefined {
  if (search === undefined) return undefined
  const parameters = [...new URLSearchParams(search)]
  const [name, value = ''] = parameters[0] ?? []
  if (parameters.length !== 1 || name !== 'version') throw wrong('only ?version=N is supported')
  if (!/^[1-9]\d{0,8}$/.test(value)) throw wrong('a version is a whole number from 1')
  return Number(value)
}
