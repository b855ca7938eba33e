/** The server, profile and vault of a run: from flag, environment, `.1claw.json` or profile, in this order. */
import { Problem } from '../../problem.ts'
import type { Context } from './context.ts'
import { findProject } from './project-file.ts'
import type { Profile } from './settings.ts'

/** The default address of `1claw serve`. */
export const DEFAULT_API_URL = 'http://127.0.0.1:8271'

export type Source = 'flag' | 'environment' | 'project file' | 'profile' | 'default'

/** The flags that name the server of this run, for a command line that goes to the same one. */
export function sameServer(flags: TargetFlags): {
  readonly profile?: string | undefined
  readonly 'api-url'?: string | undefined
} {
  return { profile: flags.profile, 'api-url': flags['api-url'] }
}

export interface TargetFlags {
  readonly profile?: string | undefined
  readonly 'api-url'?: string | undefined
  readonly vault?: string | undefined
}

export interface Target {
  readonly profileName: string
  readonly profileFrom: Source
  /** Empty if the profile does not exist (yet). */
  readonly profile: Profile
  readonly apiUrl: string
  readonly apiUrlFrom: Source
  /** Name or id of a vault. */
  readonly vault: string | undefined
  readonly vaultFrom: Source
  /** Path of the effective `.1claw.json`. */
  readonly projectFile: string | undefined
}

type Candidate = readonly [Source, string | undefined]

function nearest(...candidates: Candidate[]): Candidate {
  return candidates.find(([, value]) => value) ?? ['default', undefined]
}

/** The sources of a target, in addition to the flags. */
export type Surroundings = Pick<Context, 'env' | 'cwd'> & { readonly settings: Pick<Context['settings'], 'read'> }

/** @throws Problem `usage` for an empty flag, such as from an unset variable: another vault must not be used instead. */
export function targetOf(context: Surroundings, flags: TargetFlags): Target {
  ensureNamed(flags)
  const { env } = context
  const project = findProject(context.cwd, env['ONECLAW_TRUSTED_FOLDERS'])
  const settings = context.settings.read()
  const [profileFrom, profileName = settings.current] = nearest(
    ['flag', flags.profile],
    ['environment', env['ONECLAW_PROFILE']],
    ['project file', project?.profile],
  )
  const profile = settings.profiles[profileName] ?? {}
  const [apiUrlFrom, apiUrl = DEFAULT_API_URL] = nearest(
    ['flag', flags['api-url']],
    ['environment', env['ONECLAW_API_URL']],
    ['project file', project?.api_url],
    ['profile', profile.api_url],
  )
  const [vaultFrom, vault] = nearest(
    ['flag', flags.vault],
    ['environment', env['ONECLAW_VAULT_ID']],
    ['project file', project?.vault],
    ['profile', profile.vault],
  )
  return { profileName, profileFrom, profile, apiUrl: baseOf(apiUrl), apiUrlFrom, vault, vaultFrom, projectFile: project?.file }
}

function ensureNamed({ profile, vault, 'api-url': apiUrl }: TargetFlags): void {
  const [empty] = Object.entries({ profile, vault, 'api-url': apiUrl }).find(([, value]) => value === '') ?? []
  if (empty === undefined) return
  throw new Problem('usage', `The value of --${empty} is empty.`, {
    hint: 'Leave the flag out, or check that the variable in your script is set.',
  })
}

/** A URL as people paste it: with surrounding spaces, or with the path of the API. */
function baseOf(url: string): string {
  return url
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/(api\/)?v1$/, '')
}

/** Whether two base URLs name the same server. */
export function sameOrigin(a: string, b: string): boolean {
  const [left, right] = [URL.parse(a), URL.parse(b)]
  return left !== null && right !== null && left.origin === right.origin
}
