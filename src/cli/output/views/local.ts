/** Views of local data: settings and profiles. */

import type { Profile } from '../../context/settings.ts'
import type { Pulled } from '../../env/pull.ts'
import type { CachedValue } from '../../session/cache/status.ts'
import type { Setting } from '../configuration.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

export const SETTING: View<Setting> = {
  columns: { name: setting => setting.name, value: setting => setting.value, source: setting => setting.source },
  name: setting => setting.name,
}

export interface NamedProfile extends Profile {
  readonly name: string
  readonly current: boolean
}

export const PROFILE: View<NamedProfile> = {
  columns: {
    name: profile => profile.name,
    current: profile => profile.current,
    server: profile => profile.api_url,
    'signed in as': profile => profile.email,
    credential: profile => profile.credential_store,
    expires: profile => moment(profile.expires_at),
    vault: profile => profile.vault,
  },
  name: profile => profile.name,
}

/** The result of clearing a cache: the number of removed files, one for each server and principal of the profile. */
export const CLEARED: View<{ readonly profile: string; readonly files: number }> = {
  columns: { profile: cleared => cleared.profile, files: cleared => cleared.files },
  name: cleared => cleared.profile,
}

/** A `.env` file that was written, or that would have been. */
export const PULLED: View<Pulled> = {
  columns: { file: pulled => pulled.file, written: pulled => pulled.written, variables: pulled => pulled.variables },
  name: pulled => pulled.file,
}

export const CACHED_VALUE: View<CachedValue> = {
  columns: {
    vault: value => value.vault,
    path: value => value.path,
    version: value => value.version,
    read: value => moment(value.read_at),
  },
  name: value => value.path,
}
