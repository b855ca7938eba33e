import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useReloadedAt } from '../../ui/data/use-reloaded-at.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'

type Organisation = Contract['org.list']['reply']['orgs'][number]

/**
 * The person's organisations; empty before they are known.
 * @param at the address: they are loaded again after navigation, because a name may have changed
 */
export function useOrganisations(at: string): readonly Organisation[] {
  const { state, reload } = useLoaded(client => client.call('org.list').then(({ orgs }) => orgs))
  useReloadedAt(at, reload)
  return state.at === 'loaded' ? state.value : []
}

/** Switches from one organisation to another. */
export function SwitchOrganisation({ orgs, onClose }: { orgs: readonly Organisation[]; onClose(): void }) {
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
