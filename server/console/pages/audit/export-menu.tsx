import { useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { download } from '../../ui/data/download.ts'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { useDirectory } from '../../ui/people/names.tsx'
import type { EventQuery } from './event-query.ts'
import { allOf, csvOf, jsonLinesOf, MOST_ROWS, signedTrail, TooMany } from './export.ts'

const TRAIL = '1claw-audit-trail.json'
const VERIFY = `1claw audit verify --file ${TRAIL}`

/** Exports the log: the query's result as a table or as JSON, or the whole trail with its proof. */
export function ExportMenu({ question }: { question: EventQuery }) {
  const { account } = useSignedIn()
  const directory = useDirectory()
  const announce = useAnnounce()
  const [isOpen, setOpen] = useState(false)
  const [count, setCount] = useState(0)
  const [tooMany, setTooMany] = useState(false)
  const wanted = useRef<(client: Client) => Promise<string>>(async () => '')
  const action = useAction(async client => {
    setTooMany(false)
    try {
      announce(await wanted.current(client))
    } catch (error) {
      if (!(error instanceof TooMany)) throw error
      setTooMany(true)
    }
    setCount(0)
  })
  const run = (work: (client: Client) => Promise<string>) => {
    wanted.current = work
    void action.run()
  }
  const rows = (name: string, type: string, textOf: (events: Awaited<ReturnType<typeof allOf>>) => string) =>
    run(async client => {
      const events = await allOf(client, question, setCount)
      download(name, type, textOf(events))
      return `Saved ${events.length.toLocaleString()} events as ${name}.`
    })
  const trail = () =>
    run(async client => {
      download(TRAIL, 'application/json', await signedTrail(client, setCount))
      return `Saved the trail as ${TRAIL}.`
    })
  return (
    <>
      <Button busy={action.busy} onClick={() => rows('1claw-audit.csv', 'text/csv', events => csvOf(events, directory))}>
        Export as CSV
      </Button>
      <Button data-drops aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Other formats
      </Button>
      {isOpen && (
        <div className="drop-body">
          <Button busy={action.busy} onClick={() => rows('1claw-audit.jsonl', 'application/x-ndjson', jsonLinesOf)}>
            These events as JSON lines
          </Button>
          {account.role !== 'member' && (
            <>
              <Button busy={action.busy} onClick={trail}>
                Signed trail, all events
              </Button>
              <p className="quiet">
                The trail has the signed checkpoints with it. Check it offline with <code>{VERIFY}</code>{' '}
                <CopyButton text={VERIFY} what="the line that verifies it" kind="link" />
              </p>
            </>
          )}
        </div>
      )}
      {action.busy && <p role="status">{count.toLocaleString()} events…</p>}
      <Alert>
        {tooMany
          ? `There are more than ${MOST_ROWS.toLocaleString()} events. Narrow the filters, or use 1claw audit export in a terminal.`
          : action.failure}
      </Alert>
    </>
  )
}
