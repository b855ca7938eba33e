import { decisions } from './decisions.ts'
import { inbox } from './inbox.ts'
import { mails } from './mails.ts'
import type { AccessRequestDeps } from './ports.ts'
import { requesting } from './requesting.ts'
import { visibility } from './visibility.ts'

export type AccessRequests = ReturnType<typeof accessRequestArea>['accessRequests']

/** Requests for access: creating them, deciding them, and the inbox of everything that waits for a person. */
export function accessRequestArea(given: AccessRequestDeps) {
  const deps = { ...given, visibility: visibility(given), mails: mails(given.templates, given.clock) }
  const list = async (orgId: string, all: boolean) =>
    deps.database.read(({ accessRequests }) =>
      all ? accessRequests.inOrg(orgId, MOST_LISTED) : accessRequests.open(orgId, deps.clock()),
    )
  return { accessRequests: { ...requesting(deps), ...decisions(deps), visibility: deps.visibility, list, inbox: inbox(deps) } }
}

/** The newest requests of an organisation, open or not. */
const MOST_LISTED = 10_000
