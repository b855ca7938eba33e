import { useState } from 'react'
import { Breakable } from '../../ui/data/breakable.tsx'
import { cardsWhereNarrow } from '../../ui/data/cards.ts'
import { Path } from '../../ui/data/path.tsx'
import { When } from '../../ui/data/when.tsx'
import { type Directory, useDirectory } from '../../ui/people/names.tsx'
import { PrincipalIcon } from '../../ui/people/principal-icon.tsx'
import { Action } from './action.tsx'
import { type AuditEvent, actorOf, resourceOf, vaultOf } from './event.ts'
import { EventDetails } from './event-details.tsx'
import { Outcome } from './events.tsx'

const TITLES = ['Action', 'Outcome', 'By', 'On', 'From', 'When'] as const

/** Events in rows of one line; each expands to everything that is recorded. */
export function LogTable({ rows, caption = 'Events, newest first' }: { rows: readonly AuditEvent[]; caption?: string }) {
  const [opened, open] = useState<ReadonlySet<string>>(new Set())
  const directory = useDirectory()
  const toggle = (id: string) => {
    const next = new Set(opened)
    if (!next.delete(id)) next.add(id)
    open(next)
  }
  return (
    <table className="table table-dense" ref={cardsWhereNarrow}>
      <caption className="only-heard">{caption}</caption>
      <thead>
        <tr>
          {TITLES.map(title => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(event => (
          <Row
            key={event.id}
            event={event}
            directory={directory}
            isOpen={opened.has(event.id)}
            onToggle={() => toggle(event.id)}
          />
        ))}
      </tbody>
    </table>
  )
}

interface RowProps {
  event: AuditEvent
  directory: Directory
  isOpen: boolean
  onToggle(): void
}

function Row({ event, directory, isOpen, onToggle }: RowProps) {
  const vault = vaultOf(event, directory)
  const resource = resourceOf(event, directory)
  const { repeats } = event.details
  return (
    <>
      <tr className={isOpen ? 'row-opened' : undefined}>
        <th scope="row" className="cell-name">
          <button type="button" className="row-toggle" aria-expanded={isOpen} onClick={onToggle}>
            <span className="row-arrow" aria-hidden="true" />
            <Action of={event.action} />
            <span className="only-heard">, number {event.seq}, details</span>
          </button>
        </th>
        <td className="cell-short" data-title="Outcome">
          <span>
            <Outcome of={event} />
            {typeof repeats === 'number' && repeats > 1 && <span className="quiet"> × {repeats.toLocaleString()}</span>}
          </span>
        </td>
        <td data-title="By">
          <span className="with-icon">
            <PrincipalIcon type={event.actor_type} /> <Breakable text={actorOf(event, directory)} />
          </span>
        </td>
        <td data-title="On">
          <span>
            <Path>{resource}</Path>
            {vault !== undefined && <span className="quiet"> · {vault}</span>}
          </span>
        </td>
        <td className="cell-short" data-title="From">
          {event.ip_address}
        </td>
        <td className="cell-short" data-title="When">
          <When instant={event.created_at} />
        </td>
      </tr>
      {isOpen && (
        <tr className="row-details">
          <td colSpan={TITLES.length}>
            <EventDetails event={event} />
          </td>
        </tr>
      )}
    </>
  )
}
