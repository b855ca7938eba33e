import { useState } from 'react'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { When } from '../../../ui/data/when.tsx'
import { Dialog } from '../../../ui/dialog/dialog.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { RowMenu } from '../../../ui/form/row-menu.tsx'
import { Name } from '../../../ui/people/names.tsx'
import { TimelineChart } from '../../picture.tsx'
import type { Vault } from '../../vaults/vault.ts'
import { providerKeyOf, readsOf, type Summary, troubleOf, typeName } from '../secret.ts'
import { SecretValue } from '../value/secret-value.tsx'
import { WarningBadge } from '../warning-badge.tsx'
import { CompareVersions } from './compare-versions.tsx'
import { DisableVersion } from './disable-version.tsx'
import { MakeCurrent } from './make-current.tsx'

interface VersionsProps {
  vault: Vault
  /** Newest first. */
  versions: readonly Summary[]
  reload(): Promise<void>
}

interface Doing {
  readonly what: 'view' | 'compare' | 'make current' | 'disable'
  readonly version: number
}

/** The versions of a secret, with who wrote them when, and their values. */
export function Versions({ vault, versions, reload }: VersionsProps) {
  const [doing, start] = useState<Doing | null>(null)
  const [stopped, stopAt] = useState<readonly Summary[] | null>(null)
  const close = () => start(null)
  const [newest] = versions
  const chosen = versions.find(each => each.version === doing?.version)
  const isOneType = versions.every(({ type }) => type === newest?.type)
  const columns: Column<Summary>[] = [
    { title: 'Version', kind: 'name', cell: ({ version }) => <span className="unbroken">Version {version}</span> },
    // What is the same for all of them is in the details.
    ...(isOneType ? [] : [{ title: 'Type', kind: 'short' as const, cell: ({ type }: Summary) => typeName(type) }]),
    { title: 'Written by', cell: ({ created_by }) => <Name of={created_by} /> },
    { title: 'Written', cell: ({ created_at }) => <When instant={created_at} /> },
    { title: 'Read', kind: 'short', cell: readsOf },
    { title: 'State', cell: version => <WarningBadge of={version} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: each => <Actions of={each} newest={newest} inRow onChoose={what => start({ what, version: each.version })} />,
    },
  ]
  return (
    <>
      <TimelineChart vault={vault} versions={versions} onOpen={stopAt} />
      <Table caption="Versions" columns={columns} rows={versions} keyOf={each => String(each.version)} empty="There is none." />
      {stopped && (
        <Dialog title={stopped.length === 1 ? `Version ${stopped[0]?.version}` : 'Versions'} onClose={() => stopAt(null)}>
          {stopped.map(each => (
            <div key={each.version}>
              <p>
                Version {each.version}, written <When instant={each.created_at} inSentence /> by <Name of={each.created_by} />
              </p>
              <Actions
                of={each}
                newest={newest}
                onChoose={what => {
                  stopAt(null)
                  start({ what, version: each.version })
                }}
              />
            </div>
          ))}
          <Button onClick={() => stopAt(null)}>Close</Button>
        </Dialog>
      )}
      {chosen && doing?.what === 'view' && (
        <Dialog title={`Version ${chosen.version}`} onClose={close}>
          <SecretValue vaultId={vault.id} version={chosen} onRead={reload} />
          <Button onClick={close}>Close</Button>
        </Dialog>
      )}
      {chosen && newest && doing?.what === 'compare' && (
        <CompareVersions vault={vault} older={chosen} newer={newest} onClose={close} />
      )}
      {chosen && newest && doing?.what === 'make current' && (
        <MakeCurrent vault={vault} version={chosen} newest={newest.version} onClose={close} onDone={reload} />
      )}
      {chosen && doing?.what === 'disable' && (
        <DisableVersion vault={vault} version={chosen} newest={chosen === newest} onClose={close} onDone={reload} />
      )}
    </>
  )
}

interface ActionsProps {
  of: Summary
  newest: Summary | undefined
  /** In a row of the table: the rarer ones are in a menu. */
  inRow?: boolean
  onChoose(what: Doing['what']): void
}

function Actions({ of, newest, inRow = false, onChoose }: ActionsProps) {
  const heard = <span className="only-heard"> version {of.version}</span>
  const isOld = newest !== undefined && of !== newest
  const canCompare = isOld && isReadable(of) && isReadable(newest)
  const rare = (
    <>
      {canCompare && <Button onClick={() => onChoose('compare')}>Compare{heard}</Button>}
      {isOld && isReadable(of) && <Button onClick={() => onChoose('make current')}>Restore{heard}</Button>}
      {!of.is_disabled && <Button onClick={() => onChoose('disable')}>Disable{heard}</Button>}
    </>
  )
  const hasRare = !of.is_disabled || (isOld && isReadable(of))
  return (
    <div className="actions">
      {isReadable(of) && <Button onClick={() => onChoose('view')}>View{heard}</Button>}
      {inRow ? hasRare && <RowMenu of={`version ${of.version}`}>{rare}</RowMenu> : rare}
    </div>
  )
}

function isReadable(version: Summary): boolean {
  const trouble = troubleOf(version, Date.now())
  return (trouble === undefined || trouble === 'Expires soon') && providerKeyOf(version) === undefined
}
