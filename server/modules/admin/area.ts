import { type AdminAccountsDeps, type AdminStores, adminAccounts } from './accounts.ts'
import { type SettingsDeps, serverSettings } from './settings.ts'

/** What the platform's administrators do. */
export function adminArea<Stores extends AdminStores>(deps: AdminAccountsDeps<Stores> & SettingsDeps) {
  return { adminAccounts: adminAccounts<Stores>(deps), serverSettings: serverSettings(deps) }
}
