import { useAnnounce } from '../../ui/data/announcement.tsx'
import { download } from '../../ui/data/download.ts'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { MOST_ROWS, signedTrail, TooMany } from './export.ts'

/** Saves the trail up to a signed head: every event before it is part of the proof. */
export function DownloadProof({ to }: { to: number }) {
  const announce = useAnnounce()
  const action = useAction(async client => {
    const name = `1claw-audit-trail-to-${to}.json`
    try {
      download(name, 'application/json', await signedTrail(client, () => {}, to))
      announce(`Saved the trail up to no. ${to.toLocaleString()} as ${name}.`)
    } catch (error) {
      announce(error instanceof TooMany ? TOO_MANY : '')
      if (!(error instanceof TooMany)) throw error
    }
  })
  return (
    <>
      <Button kind="link" busy={action.busy} onClick={() => action.run()}>
        Download proof<span className="only-heard"> up to no. {to.toLocaleString()}</span>
      </Button>
      <Alert>{action.failure}</Alert>
    </>
  )
}

const TOO_MANY = `There are more than ${MOST_ROWS.toLocaleString()} events. Use 1claw audit export in a terminal.`
