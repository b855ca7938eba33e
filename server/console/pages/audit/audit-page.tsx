import { useSignedIn } from '../../session/signed-in.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { Chain } from './chain.tsx'
import { Log } from './log.tsx'

/** `/audit`: the events, newest first, and whether the log is intact. */
export function AuditPage() {
  const { account } = useSignedIn()
  const seesAll = account.role !== 'member'
  return (
    <NamesHere>
      <Log
        around={(buttons, rest) => (
          <Page title="Audit" actions={buttons}>
            {!seesAll && <p className="quiet">You can see only your own events; owners and admins see all events.</p>}
            {rest}
            {seesAll && <Chain />}
          </Page>
        )}
      />
    </NamesHere>
  )
}
