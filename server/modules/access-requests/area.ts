import { asking } from './asking.ts'
import { deciding } from './deciding.ts'
import { inbox } from './inbox.ts'
import { letters } from './letters.ts'
import type { AccessRequestDeps } from './ports.ts'
import { standing } from './standing.ts'

export type AccessRequests = ReturnType<typeof accessRequestArea>['accessRequests']

/** People and agents that ask for access, those who decide, and what waits for them. */
export function accessRequestArea(given: AccessRequestDeps) {
  const deps = { ...given, standing: standing(given), letters: letters(given.templates, given.clock) }
  const list = async (orgId: string, all: boolean) =>
    deps.database.read(({ accessRequests }) =>
      all ? accessRequests.inOrg(orgId, MOST_LISTED) : accessRequests.open(orgId, deps.clock()),
    )
  return { accessRequests: { ...asking(deps), ...deciding(deps), standing: deps.standing, list, inbox: inbox(deps) } }
}

/** Of an organisation: the newest, open or not. */
const MOST_LISTED = 10_000
