import type { Contract } from '../../../../src/contract/all.ts'
import { Breakable } from '../../ui/data/breakable.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { whyOf } from '../audit/reasons.ts'
import type { Agent } from './transaction.ts'

type Event = Contract['audit.events']['reply']['events'][number]

const SHOWN = 50
const KINDS: Readonly<Record<string, string>> = {
  personal_sign: 'Message',
  typed_data: 'Typed data',
  eip712_digest: 'Hash',
}

/** Signatures of an agent other than transactions, from the audit log, the only record of them. */
export function SignedMessages({ agent }: { agent: Agent }) {
  const events = useLoaded(client =>
    client.call('audit.events', { query: { actor_id: agent.id, action: 'message.sign', limit: SHOWN } }),
  )
  return (
    <Panel title="Messages">
      <LoadedView of={events} what="the messages">
        {({ events: rows }) => (
          <Table
            caption="Messages that were signed, latest first"
            columns={COLUMNS}
            rows={rows.filter(understood)}
            keyOf={({ id }) => id}
            empty="No messages signed yet."
          />
        )}
      </LoadedView>
    </Panel>
  )
}

/** A malformed attempt contained nothing that could be signed; it is in the log. */
const understood = ({ details }: Event) => details['outcome'] !== 'failed'

const word = ({ details }: Event, name: string) => String(details[name] ?? '')

const COLUMNS: readonly Column<Event>[] = [
  { title: 'What', kind: 'name', cell: event => <Breakable text={outcomeOf(event)} /> },
  { title: 'Kind', kind: 'short', cell: event => KINDS[word(event, 'intent_type')] ?? word(event, 'intent_type') },
  { title: 'Chain', kind: 'short', cell: event => word(event, 'chain') },
  { title: 'When', kind: 'short', cell: ({ created_at }) => <When instant={created_at} /> },
]

function outcomeOf(event: Event): string {
  const summary = word(event, 'summary')
  return word(event, 'outcome') === 'denied' ? `Denied: ${summary} ${whyOf(event) ?? ''}`.trim() : summary
}
