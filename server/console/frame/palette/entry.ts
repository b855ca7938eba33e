import { rankedPlacesOf } from '../../../../src/name-match.ts'

/** Something that the search leads to. */
export interface Entry {
  /** No other entry has it. */
  readonly id: string
  readonly group: Group
  readonly label: string
  /** What tells it from others of that name: the vault that it is in, what it is. */
  readonly about?: string | undefined
  readonly to: string
  /** What is copied of it; only of secrets. */
  readonly reference?: string
}

export const GROUPS = ['Recent', 'Secrets', 'Vaults', 'Agents', 'People', 'Policies', 'Actions', 'Pages'] as const
export type Group = (typeof GROUPS)[number]

export interface Shown {
  readonly group: Group
  readonly entries: readonly Entry[]
}

/** Entries of one group that are shown at once; typing on leads to the others. */
const MOST: Readonly<Partial<Record<Group, number>>> = { Secrets: 20 }
const MOST_OF_OTHERS = 6

/** What a text means, group by group: the group with the best hit first, in it the best hits. */
export function shownFor(text: string, entries: readonly Entry[]): Shown[] {
  const names = entries.map(({ label, about }) => (about === undefined ? label : `${label} ${about}`))
  const groups = new Map<Group, Entry[]>()
  for (const place of rankedPlacesOf(text, names)) {
    const entry = entries[place]
    if (!entry) continue
    const found = groups.get(entry.group) ?? []
    groups.set(entry.group, found)
    if (found.length < (MOST[entry.group] ?? MOST_OF_OTHERS)) found.push(entry)
  }
  // A pattern is as short as a name gets; what it is about is looked for more often.
  const ordered = [...groups].toSorted(([one], [other]) => Number(one === 'Policies') - Number(other === 'Policies'))
  return ordered.map(([group, found]) => ({ group, entries: found }))
}

/** What stands there before anything is typed: where one was, and what one can do. */
export function shownAtFirst(recent: readonly Entry[], entries: readonly Entry[]): Shown[] {
  const some = (group: Group) => ({ group, entries: entries.filter(entry => entry.group === group).slice(0, MOST_OF_OTHERS) })
  return [{ group: 'Recent' as const, entries: recent }, some('Actions')].filter(shown => shown.entries.length > 0)
}
