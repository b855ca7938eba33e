import { useEffect, useRef, useState } from 'react'
import { useSignedIn } from '../session/signed-in.tsx'
import { Badge } from '../ui/data/badge.tsx'
import { useAction } from '../ui/data/use-action.ts'
import { useLoaded } from '../ui/data/use-loaded.ts'
import { Dialog } from '../ui/dialog/dialog.tsx'
import { Alert } from '../ui/form/alert.tsx'
import { Button } from '../ui/form/button.tsx'

/**
 * The organisation one works in and, for who is in several, the way to another.
 * @param at the address: the name is asked for anew when one goes on, because it may have been changed there
 */
export function Organisation({ at }: { at: string }) {
  const { account } = useSignedIn()
  const [choosing, choose] = useState(false)
  const { state, reload } = useLoaded(client => client.call('org.list').then(({ orgs }) => orgs))
  const asked = useRef(at)
  useEffect(() => {
    if (asked.current === at) return
    asked.current = at
    void reload()
  }, [at, reload])
  const orgs = state.at === 'loaded' ? state.value : []
  const current = orgs.find(({ is_current }) => is_current)
  if (!current) return null
  return (
    <>
      {/* An organisation that was never named has the address of who made it. */}
      {(orgs.length > 1 || current.name !== account.email) && <span className="side-org">{current.name}</span>}
      {orgs.length > 1 && (
        <Button kind="link" onClick={() => choose(true)}>
          Switch organisation
        </Button>
      )}
      {choosing && <Choice orgs={orgs} onClose={() => choose(false)} />}
    </>
  )
}

interface ChoiceProps {
  orgs: readonly { readonly id: string; readonly name: string; readonly role: string; readonly is_current: boolean }[]
  onClose(): void
}

function Choice({ orgs, onClose }: ChoiceProps) {
  const { session } = useSignedIn()
  const change = useAction((_, orgId: string) => session.switchOrg(orgId))
  return (
    <Dialog title="Switch organisation" onClose={onClose}>
      <Alert>{change.failure}</Alert>
      <ul className="orgs">
        {orgs.map(({ id, name, role, is_current }) => (
          <li key={id}>
            <span>
              {name} <span className="quiet">{role}</span>
            </span>
            {is_current ? (
              <Badge tone="good">This one</Badge>
            ) : (
              <Button busy={change.busy} onClick={() => change.run(id)}>
                Switch<span className="only-heard"> to {name}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className="decision">
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Dialog>
  )
}
