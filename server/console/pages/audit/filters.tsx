import { type FormEvent, useId } from 'react'
import { Button } from '../../ui/form/button.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Link } from '../../ui/link.tsx'
import { type Directory, nameIn, useDirectory } from '../../ui/people/names.tsx'
import { type Change, type EventQuery, isNarrowed, isWholeDays, KINDS, type Name, REFUSED, weekAgo } from './event-query.ts'

interface FiltersProps {
  question: EventQuery
  /** Set by the page, and not removable. */
  fixed: EventQuery
  addressOf(change: Change): string
  ask(change: Change): void
}

const KIND_LABELS: Readonly<Record<(typeof KINDS)[number], string>> = {
  reads: 'Reads',
  changes: 'Changes',
  'sign-ins': 'Sign-ins',
}

/** The query: a text, and chips that are on or off. Each is a link, so that it can open in a tab and Back undoes it. */
export function Filters({ question, fixed, addressOf, ask }: FiltersProps) {
  const directory = useDirectory()
  const kinds = question.kinds?.split(',') ?? []
  const withKind = (kind: string) => {
    const next = kinds.includes(kind) ? kinds.filter(each => each !== kind) : [...kinds, kind]
    return KINDS.filter(each => next.includes(each)).join(',')
  }
  const week = weekAgo(Date.now())
  const isWeek = question.from === week && question.to === undefined
  return (
    <div className="log-filters">
      <Search key={question.q ?? ''} text={question.q} ask={ask} />
      <ul className="chips" aria-label="Filters">
        <Chip
          label="Denied or failed"
          isOn={question.outcome === REFUSED}
          to={addressOf({ outcome: question.outcome === REFUSED ? '' : REFUSED })}
        />
        {KINDS.map(kind => (
          <Chip key={kind} label={KIND_LABELS[kind]} isOn={kinds.includes(kind)} to={addressOf({ kinds: withKind(kind) })} />
        ))}
        {fixed.actor_id === undefined && (
          <Chip
            label="Agents"
            isOn={question.actor_type === 'agent'}
            to={addressOf({ actor_type: question.actor_type === 'agent' ? '' : 'agent' })}
          />
        )}
        <Chip label="This week" isOn={isWeek} to={addressOf({ from: isWeek ? '' : week, to: '' })} />
        <Chip
          label="Views of lists"
          isOn={question.views !== undefined}
          to={addressOf({ views: question.views ? '' : 'shown' })}
        />
        {othersOf(question, fixed, directory).map(({ names, label }) => (
          <li key={label}>
            <Link to={addressOf(Object.fromEntries(names.map(name => [name, ''])))} className="chip chip-on">
              {label} <span aria-hidden="true">×</span>
              <span className="only-heard">, remove this filter</span>
            </Link>
          </li>
        ))}
        {isNarrowed({ ...question, ...Object.fromEntries(Object.keys(fixed).map(name => [name, undefined])) }) && (
          <li>
            <Link to={location.pathname} className="chip-clear">
              Clear all
            </Link>
          </li>
        )}
      </ul>
    </div>
  )
}

function Search({ text, ask }: { text: string | undefined; ask(change: Change): void }) {
  const id = useId()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    ask({ q: String(new FormData(event.currentTarget).get('q') ?? '').trim() })
  }
  return (
    <form className="log-search" onSubmit={submit} aria-label="Search the log">
      <label htmlFor={id} className="only-heard">
        Search the log
      </label>
      <div className="field-frame">
        <input id={id} name="q" type="search" defaultValue={text} {...EXACT} maxLength={200} placeholder="Name, path or action" />
      </div>
      <Button type="submit">Search</Button>
    </form>
  )
}

function Chip({ label, isOn, to }: { label: string; isOn: boolean; to: string }) {
  return (
    <li>
      <Link to={to} className={isOn ? 'chip chip-on' : 'chip'} current={isOn}>
        {label}
      </Link>
    </li>
  )
}

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const TYPES: Readonly<Record<string, string>> = { user: 'People', anonymous: 'Anonymous', system: 'The server' }

/** Other filters, mostly from links of other pages. */
function othersOf(question: EventQuery, fixed: EventQuery, directory: Directory): { names: Name[]; label: string }[] {
  const { actor_type: type, actor_id: actor, resource_id: resource, vault_id: vault, action, outcome, from, to } = question
  const others: { names: Name[]; label: string }[] = []
  if (type !== undefined && type !== 'agent') others.push({ names: ['actor_type'], label: TYPES[type] ?? type })
  if (actor !== undefined && fixed.actor_id === undefined) {
    const name = nameIn(directory, 'agent', actor) ?? nameIn(directory, 'user', actor) ?? actor.slice(0, 8)
    others.push({ names: ['actor_id'], label: `By ${name}` })
  }
  if (vault !== undefined)
    others.push({ names: ['vault_id'], label: `In ${nameIn(directory, 'vault', vault) ?? vault.slice(0, 8)}` })
  if (resource !== undefined) {
    const name = nameIn(directory, 'agent', resource) ?? nameIn(directory, 'vault', resource) ?? resource
    others.push({ names: ['resource_id'], label: `On ${name}` })
  }
  if (action !== undefined) others.push({ names: ['action'], label: action })
  if (outcome !== undefined && outcome !== REFUSED) others.push({ names: ['outcome'], label: `Outcome ${outcome}` })
  const isWeek = from === weekAgo(Date.now()) && to === undefined
  if ((from !== undefined || to !== undefined) && !isWeek) others.push({ names: ['from', 'to'], label: periodOf(from, to) })
  return others
}

/** Of the reader, like the times in the log. */
const TIME = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })

function periodOf(from: string | undefined, to: string | undefined): string {
  const format = isWholeDays(from, to) ? DAY : TIME
  const [first, last] = [from, to].map(at =>
    at === undefined || Number.isNaN(Date.parse(at)) ? undefined : format.format(new Date(at)),
  )
  if (first === undefined) return `Until ${last ?? 'now'}`
  if (last === undefined) return `Since ${first}`
  return first === last ? first : `${first} – ${last}`
}
