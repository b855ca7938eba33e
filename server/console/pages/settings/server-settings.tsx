import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { SetSetting } from './set-setting.tsx'

type Setting = Contract['admin.settings']['reply']['settings'][number]

/** Settings of the whole server that were changed while it ran. */
export function ServerSettings() {
  const [changing, change] = useState<{ readonly setting?: Setting } | null>(null)
  const [removing, remove] = useState<Setting | null>(null)
  const settings = useLoaded(client => client.call('admin.settings').then(reply => reply.settings))
  const columns: Column<Setting>[] = [
    { title: 'Setting', kind: 'name', cell: ({ key }) => <code>{key}</code> },
    { title: 'Value', cell: ({ value }) => <code>{value}</code> },
    { title: 'Changed', cell: ({ updated_at }) => <When instant={updated_at} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: setting =>
        setting.key.startsWith('x402.') ? null : (
          <div className="actions">
            <Button onClick={() => change({ setting })}>
              Edit<span className="only-heard"> {setting.key}</span>
            </Button>
            <Button onClick={() => remove(setting)}>
              Reset<span className="only-heard"> {setting.key}</span>
            </Button>
          </div>
        ),
    },
  ]
  return (
    <Panel
      title="Settings of the server"
      actions={
        <Button kind="primary" onClick={() => change({})}>
          New setting
        </Button>
      }
    >
      <LoadedView of={settings} what="the settings of the server">
        {rows => (
          <Table
            caption="Settings of the server"
            columns={columns}
            rows={rows}
            keyOf={({ key }) => key}
            empty="All settings have their default values."
          />
        )}
      </LoadedView>
      {changing && <SetSetting {...changing} onClose={() => change(null)} onDone={settings.reload} />}
      {removing && <ResetSetting setting={removing} onClose={() => remove(null)} onDone={settings.reload} />}
    </Panel>
  )
}

function ResetSetting({ setting, onClose, onDone }: { setting: Setting; onClose(): void; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('admin.remove-setting', { params: { key: setting.key } }))
  const done = async () => {
    onClose()
    announce(`${setting.key} is reset to its default.`)
    await onDone()
  }
  return (
    <Confirm title={`Reset ${setting.key}?`} verb="Reset" action={action} onDone={done} onClose={onClose}>
      <p>It is reset to its default for everyone on this server.</p>
    </Confirm>
  )
}
