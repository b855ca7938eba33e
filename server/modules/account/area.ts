import { removeByAdmin } from './removal.ts'
import { type AccountDeps, accountService } from './service.ts'

/** A person's own account, and how an administrator removes one. */
export function accountArea(deps: AccountDeps) {
  return { accounts: accountService(deps), removeAccount: removeByAdmin }
}
