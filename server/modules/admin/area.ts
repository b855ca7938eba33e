import { type AdminAccountsDeps, type AdminStores, adminAccounts } from './accounts.ts'
import { type WaitingMailsDeps, waitingMails } from './mails.ts'
import { type SettingsDeps, serverSettings } from './settings.ts'

/** Operations for platform administrators. */
export function adminArea<Stores extends AdminStores>(deps: AdminAccountsDeps<Stores> & SettingsDeps & WaitingMailsDeps) {
  return { adminAccounts: adminAccounts<Stores>(deps), serverSettings: serverSettings(deps), waitingMails: waitingMails(deps) }
}
