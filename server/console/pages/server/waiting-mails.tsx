import { useRef, useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Breakable } from '../../ui/data/breakable.tsx'
import { CLEAR_SECONDS, CopyButton } from '../../ui/data/copy-button.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { OffsetPages } from '../../ui/data/pages.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { REVEALED_SECONDS, useRevealed } from '../../ui/use-revealed.ts'

type Found = Contract['admin.mails']['reply']
type Mail = Found['mails'][number]

const PAGE = 20
/** Its text has a key, which is not shown again. */
const HAS_KEY = 'agent-credentials'

/** The mails that nobody has received yet. The text of one is requested only when somebody wants to see it. */
export function WaitingMails({ onClose }: { onClose(): void }) {
  const [offset, setOffset] = useState(0)
  const found = useLoaded(client => client.call('admin.mails', { query: { limit: PAGE, offset } }), String(offset))
  const { chosen, text, busy, failure, show, hide } = useMailText()
  return (
    <Dialog title="Waiting mails" onClose={onClose}>
      <LoadedView of={found} what="the mails">
        {({ mails, total, delivery }) => (
          <>
            <Explanation delivery={delivery} />
            <Table
              caption="Waiting mails"
              columns={columnsOf(delivery, show, busy)}
              rows={mails}
              keyOf={({ id }) => id}
              empty="No mail waits."
            />
            <OffsetPages of="mails" offset={offset} count={mails.length} total={total} size={PAGE} onGo={setOffset} />
          </>
        )}
      </LoadedView>
      <Alert>{failure}</Alert>
      {chosen && text !== null && (
        <section aria-label={`Mail to ${chosen.to}`}>
          <p>
            To <strong>{chosen.to}</strong>: {chosen.subject}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard. */}
          <pre className="shared-value" tabIndex={0}>
            {text}
          </pre>
          <div className="actions">
            <Button onClick={hide}>Hide</Button>
            <CopyButton text={text} what="the mail" clearAfter={CLEAR_SECONDS} />
          </div>
        </section>
      )}
      <div className="decision">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  )
}

function Explanation({ delivery }: Pick<Found, 'delivery'>) {
  const { account } = useSignedIn()
  if (delivery === 'smtp') return <p>The mail server has not taken them yet. Their text is shown to nobody.</p>
  return (
    <p>
      The server has no SMTP: these are the files of the last 7 days in its outbox folder.{' '}
      {account.role === 'owner'
        ? `A mail has a link that grants access: pass it on to its recipient, and to nobody else. Every look at one is logged. It hides after ${REVEALED_SECONDS} seconds or when you leave this tab.`
        : 'Only an owner can show their text.'}
    </p>
  )
}

/** The text of one mail at a time. */
function useMailText() {
  const [chosen, choose] = useState<Mail | null>(null)
  const wanted = useRef('')
  const { value, action, hide } = useRevealed(
    async client => (await client.call('admin.mail', { params: { mail_id: wanted.current } })).text,
  )
  const show = (mail: Mail) => {
    hide()
    choose(mail)
    wanted.current = mail.id
    void action.run()
  }
  return { chosen, text: value, busy: action.busy, failure: action.failure, show, hide }
}

function columnsOf(delivery: Found['delivery'], show: (mail: Mail) => void, busy: boolean): Column<Mail>[] {
  return [
    { title: 'To', kind: 'name', cell: ({ to }) => <Breakable text={to} /> },
    { title: 'Subject', cell: ({ subject }) => subject },
    { title: 'Written', kind: 'short', cell: ({ written_at: at }) => <When instant={at} /> },
    { title: 'Attempts', kind: 'number', cell: ({ attempts }) => attempts },
    { title: 'Last error', cell: ({ last_error: error }) => error },
    {
      title: 'Actions',
      kind: 'actions',
      cell: mail => <Show mail={mail} busy={busy} onShow={show} isFile={delivery === 'files'} />,
    },
  ]
}

interface ShowProps {
  mail: Mail
  busy: boolean
  isFile: boolean
  onShow(mail: Mail): void
}

function Show({ mail, busy, isFile, onShow }: ShowProps) {
  const { account } = useSignedIn()
  if (!isFile || account.role !== 'owner' || mail.kind === HAS_KEY) return null
  return (
    <Button busy={busy} onClick={() => onShow(mail)}>
      Show<span className="only-heard"> the mail to {mail.to}</span>
    </Button>
  )
}
