import { freshStart } from './fresh-start.ts'
import { removeByAdmin } from './removal.ts'
import { type AccountDeps, accountService } from './service.ts'

/** A person's own account, how it starts again when its address is proven, and how an administrator removes one. */
export function accountArea(deps: AccountDeps) {
  return { accounts: accountService(deps), removeAccount: removeByAdmin, freshStart }
}
