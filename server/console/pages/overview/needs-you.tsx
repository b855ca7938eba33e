import { useRef, useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { nameIn, useDirectory } from '../../ui/people/names.tsx'
import { GrantDialog } from '../policies/grant/grant-dialog.tsx'
import { Until } from '../secrets/until.tsx'
import type { Need, SecretList } from './need.ts'
import { endingSecrets, needsOf } from './needs.ts'

const REFRESH_MS = 30_000

/** Things to look at; each line ends with the verb that settles it. */
export function NeedsYou() {
  const { account } = useSignedIn()
  const directory = useDirectory()
  const [granting, grant] = useState<Need | null>(null)
  const nameOf = (type: string, id: string) => nameIn(directory, type, id) ?? `${type} ${id.slice(0, 8)}`
  const known = `${directory.agents.length} ${directory.members.length} ${directory.vaults.length}`
  const secrets = useRef<Promise<SecretList | undefined> | null>(null)
  const needs = useLoaded(async client => {
    secrets.current ??= endingSecrets(client)
    const ending = await secrets.current.catch(error => {
      secrets.current = null
      throw error
    })
    return needsOf(client, account, nameOf, ending)
  }, known)
  useRefreshed(needs.refresh, REFRESH_MS)
  const { denial } = granting ?? {}
  return (
    <LoadedView of={needs} what="what needs you">
      {all =>
        all.length === 0 ? (
          <p className="quiet">You’re all caught up.</p>
        ) : (
          <Panel title="Needs you" actions={<span className="quiet">{all.length}</span>}>
            <ul className="needs">
              {all.map(need => (
                <li key={need.key} className={`need need-${need.tone}`}>
                  <span className="need-text">
                    {need.text}
                    {need.ends !== undefined && (
                      <span className="quiet">
                        {' · '}
                        {Date.parse(need.ends) < Date.now() ? (
                          'has expired'
                        ) : (
                          <>
                            expires <Until instant={need.ends} />
                          </>
                        )}
                      </span>
                    )}
                  </span>
                  <span className="need-verbs">
                    <Link to={need.to}>
                      {need.verb}
                      <span className="only-heard"> {need.text}</span>
                    </Link>
                    {need.denial && (
                      <Button kind="link" onClick={() => grant(need)}>
                        Grant<span className="only-heard"> {need.text}</span>
                      </Button>
                    )}
                  </span>
                </li>
              ))}
            </ul>
            {denial?.vault_id !== undefined && (
              <GrantDialog
                principal={`${denial.actor_type}:${denial.actor_id}`}
                places={[{ vault_id: denial.vault_id, pattern: denial.resource }]}
                onClose={() => grant(null)}
                onDone={needs.reload}
              />
            )}
          </Panel>
        )
      }
    </LoadedView>
  )
}
