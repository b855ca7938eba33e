import { useAnnounce } from '../../ui/data/announcement.tsx'
import { download } from '../../ui/data/download.ts'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'

/** Everything that the server stores about the person, as a file. */
export function ExportData() {
  const announce = useAnnounce()
  const get = useAction(async client => {
    const data = await client.call('account.export')
    download('1claw-account.json', 'application/json', `${JSON.stringify(data, null, 2)}\n`)
    announce('Your data is downloaded.')
  })
  return (
    <Panel title="Your data">
      <p>What the server stores about you, as JSON: your vaults, agents, policies and the names of your secrets. No values.</p>
      <Alert>{get.failure}</Alert>
      <div className="actions">
        <Button busy={get.busy} onClick={() => get.run()}>
          Download<span className="only-heard"> my data</span>
        </Button>
      </div>
    </Panel>
  )
}
