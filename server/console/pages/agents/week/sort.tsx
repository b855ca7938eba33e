import type { Agent } from '../agent.ts'
import type { Weeks } from './list.tsx'
import { spentBy } from './spend-bar.tsx'
import type { Spendings } from './spending.ts'

export type SortName = 'name' | 'events' | 'denied' | 'spent' | 'key' | 'seen'

export interface Sort {
  readonly name: SortName
  readonly isUp: boolean
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const FIRST_UP: readonly SortName[] = ['name', 'key']
const NAMES: readonly SortName[] = ['name', 'events', 'denied', 'spent', 'key', 'seen']

/** The order in the address: `denied` or, reversed, `-denied`. By name without one. */
export function sortIn(query: URLSearchParams): Sort {
  const said = query.get('sort') ?? ''
  const name = NAMES.find(each => each === said.replace('-', '')) ?? 'name'
  return { name, isUp: FIRST_UP.includes(name) !== said.startsWith('-') }
}

/** In the requested order; equals by name. */
export function sorted(agents: readonly Agent[], { name, isUp }: Sort, weeks?: Weeks, spendings?: Spendings): readonly Agent[] {
  const worth = (agent: Agent): number => {
    if (name === 'events') return weeks?.of.get(agent.id)?.total ?? 0
    if (name === 'denied') return weeks?.of.get(agent.id)?.denied ?? 0
    if (name === 'spent') return spentBy(agent, spendings?.of.get(agent.id))
    if (name === 'seen') return agent.last_active_at === undefined ? 0 : Date.parse(agent.last_active_at)
    return agent.key_created_at === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(agent.key_created_at)
  }
  const byName = (one: Agent, other: Agent) => COLLATOR.compare(one.name, other.name)
  const turn = isUp ? 1 : -1
  if (name === 'name') return agents.toSorted((one, other) => turn * byName(one, other))
  return agents.toSorted((one, other) => turn * (worth(one) - worth(other)) || byName(one, other))
}

interface SortByProps {
  name: SortName
  title: string
  sort: Sort
  onSort(text: string): void
}

/** The head of a column that rows are sorted by. */
export function SortBy({ name, title, sort, onSort }: SortByProps) {
  const isHere = sort.name === name
  const isFirstUp = FIRST_UP.includes(name)
  const flip = () => onSort(isHere && sort.isUp === isFirstUp ? `-${name}` : name === 'name' ? '' : name)
  return (
    <button type="button" className="sort-by" onClick={flip}>
      {title}
      {isHere && <span aria-hidden="true">{sort.isUp ? ' ↑' : ' ↓'}</span>}
    </button>
  )
}
