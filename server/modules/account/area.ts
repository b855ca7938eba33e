import { freshStart } from './fresh-start.ts'
import { removeByAdmin } from './removal.ts'
import { type AccountDeps, accountService } from './service.ts'

/** A person's own account, the fresh start when its address is confirmed, and removal by an administrator. */
export function accountArea(deps: AccountDeps) {
  return { accounts: accountService(deps), removeAccount: removeByAdmin, freshStart }
}
