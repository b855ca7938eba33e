import { join } from 'node:path'
import { Problem } from '../../problem.ts'
import { fs } from './builtins.ts'
import { textIn } from './text-file.ts'

/** Where the credential of a profile is stored. `none`: it was printed and not stored. */
export type StoreKind = 'keychain' | 'file' | 'none'
export const STORE_KINDS = ['keychain', 'file', 'none'] as const

/** One server and account; nothing here is secret. */
export interface Profile {
  readonly api_url?: string
  /** Id of the default vault. */
  readonly vault?: string
  /** Where the login's credential is stored, if there is one. */
  readonly credential_store?: StoreKind
  readonly email?: string
  readonly user_id?: string
  readonly org_id?: string
  /** RFC 3339 instant at which the stored token ends. */
  readonly expires_at?: string
  /** A new token can replace an old one: for a workload that can prove itself again, or a person who uses the login. */
  readonly renewable?: boolean
  /** Whether reads are cached for `--offline`; not if absent. */
  readonly cache?: 'on'
}

/** The settings file, `config.json` in the configuration folder. */
export interface Settings {
  readonly current: string
  readonly profiles: Readonly<Record<string, Profile>>
}

export interface SettingsStore {
  /** Configuration folder; absent for a user without a home. */
  readonly dir: string | undefined
  read(): Settings
  /**
   * Changes the current content of the file, which another run may have written since `read`.
   * @throws Problem `config.invalid` when there is no folder for it, or it cannot be written
   */
  update(change: (settings: Settings) => Settings): Promise<void>
}

export const DEFAULT_PROFILE = 'default'

/**
 * `config.json` in the configuration folder. Without a folder there are no settings, and none can be stored: a container that gets
 * everything from its environment needs none. Throws `config.invalid` for a malformed file.
 */
export function settingsStore(dir: string | undefined): SettingsStore {
  let settings: Settings | undefined
  return {
    dir,
    read() {
      settings ??= dir === undefined ? NONE : parse(join(dir, 'config.json'))
      return settings
    },
    async update(change) {
      const folder = folderOf(this)
      const file = join(folder, 'config.json')
      const [{ locked }, { replaceFile }] = await Promise.all([import('./lock.ts'), import('./private-file.ts')])
      ensureFolder(folder)
      await locked(file, () => {
        const { current, profiles } = change(parse(file))
        replaceFile(file, `${JSON.stringify({ current, profiles }, undefined, 2)}\n`)
        settings = { current, profiles }
      })
    },
  }
}

const NONE: Settings = { current: DEFAULT_PROFILE, profiles: {} }

/**
 * The configuration folder, if it is required.
 * @throws Problem `config.invalid` when this user has none
 */
export function folderOf({ dir }: Pick<SettingsStore, 'dir'>): string {
  if (dir !== undefined) return dir
  throw new Problem('config.invalid', 'There is no folder for settings: this user has no home folder.', {
    hint: 'Name one in ONECLAW_CONFIG_DIR.',
  })
}

/**
 * Creates the configuration folder, for its owner only.
 * @throws Problem `config.invalid` when it cannot be created or written
 */
export function ensureFolder(dir: string): void {
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    fs.accessSync(dir, fs.constants.W_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new Problem('config.invalid', `The settings folder ${dir} cannot be written${code}.`, {
      hint: 'Name another in ONECLAW_CONFIG_DIR.',
      cause: error,
    })
  }
}

function parse(file: string): Settings {
  const text = textIn(file)
  if (text === undefined) return NONE
  const invalid = (what: string) =>
    new Problem('config.invalid', `${file} ${what}.`, { hint: 'Correct it, or delete it and sign in again.' })
  const value = json(text)
  if (value === undefined) throw invalid('is not JSON')
  if (!isRecord(value)) throw invalid('is not a JSON object')
  const current = value['current'] ?? DEFAULT_PROFILE
  const profiles = value['profiles'] ?? {}
  if (typeof current !== 'string') throw invalid('has a `current` that is not the name of a profile')
  if (!isRecord(profiles)) throw invalid('has `profiles` that are not objects by name')
  const named = Object.entries(profiles).map(([name, profile]) => [name, profile ?? {}] as const)
  if (!named.every(([, profile]) => isRecord(profile))) throw invalid('has `profiles` that are not objects by name')
  return { current, profiles: Object.fromEntries(named) }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, object> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The settings with some fields of one profile changed; a field set to `undefined` is removed. */
export function withProfile(
  settings: Settings,
  name: string,
  change: { [K in keyof Profile]: Profile[K] | undefined },
): Settings {
  const merged = Object.entries({ ...settings.profiles[name], ...change }).filter(([, value]) => value !== undefined)
  return { ...settings, profiles: { ...settings.profiles, [name]: Object.fromEntries(merged) } }
}
