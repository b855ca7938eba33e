import { join } from 'node:path'
import { Problem } from '../../problem.ts'
import { fs } from './builtins.ts'

/** Where the credential of a profile lies. `none`: it was printed and kept nowhere. */
export type StoreKind = 'keychain' | 'file' | 'none'
export const STORE_KINDS = ['keychain', 'file', 'none'] as const

/** One server and account; nothing here is secret. */
export interface Profile {
  readonly api_url?: string
  /** Id of the vault that commands use when none is named. */
  readonly vault?: string
  /** Where the login's credential is, when there is one. */
  readonly credential_store?: StoreKind
  readonly email?: string
  readonly user_id?: string
  readonly org_id?: string
  /** RFC 3339 instant at which the stored token ends. */
  readonly expires_at?: string
  /** The login is of a workload that can prove itself again: a new token takes the place of an expired one. */
  readonly renewable?: boolean
}

/** The settings file, `config.json` in the configuration folder. */
export interface Settings {
  readonly current: string
  readonly profiles: Readonly<Record<string, Profile>>
}

export interface SettingsStore {
  /** Configuration folder. */
  readonly dir: string
  readonly file: string
  read(): Settings
  /** Changes what is in the file now, which another run may have written since `read`. */
  update(change: (settings: Settings) => Settings): Promise<void>
}

export const DEFAULT_PROFILE = 'default'

/**
 * The file of `conf`, read without `conf`: loading that takes longer than a whole request. Throws `config.invalid` for a file that is
 * not ours to understand.
 */
export function settingsStore(dir: string): SettingsStore {
  const file = join(dir, 'config.json')
  let settings: Settings | undefined
  return {
    dir,
    file,
    read() {
      settings ??= parse(file)
      return settings
    },
    async update(change) {
      const { default: Conf } = await import('conf')
      fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
      const conf = new Conf<{ current: string; profiles: Settings['profiles'] }>({
        cwd: dir,
        configName: 'config',
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      })
      const { current, profiles } = change(parse(file))
      conf.store = { current, profiles }
      settings = { current, profiles }
    },
  }
}

function parse(file: string): Settings {
  const text = contentOf(file)
  if (text === undefined) return { current: DEFAULT_PROFILE, profiles: {} }
  try {
    const { current = DEFAULT_PROFILE, profiles = {} } = JSON.parse(text) as Partial<Settings>
    return { current, profiles }
  } catch {
    throw new Problem('config.invalid', `${file} is not JSON.`, { hint: 'Correct it, or delete it and sign in again.' })
  }
}

/** A file's text; nothing when there is none. */
export function contentOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw new Problem('config.invalid', `Cannot read ${file}.`, { cause: error })
  }
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
