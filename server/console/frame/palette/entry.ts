import { rankedPlacesOf } from '../../../../src/name-match.ts'

/** A result of the search. */
export interface Entry {
  /** Unique among the entries. */
  readonly id: string
  readonly group: Group
  readonly label: string
  /** What distinguishes it from others of that name: its vault, its kind. */
  readonly about?: string | undefined
  readonly to: string
  /** The text to copy; only for secrets. */
  readonly reference?: string
}

export const GROUPS = ['Recent', 'Secrets', 'Vaults', 'Agents', 'People', 'Policies', 'Actions', 'Pages'] as const
export type Group = (typeof GROUPS)[number]

export interface Shown {
  readonly group: Group
  readonly entries: readonly Entry[]
}

/** Entries of one group that are shown at once; more typing leads to the others. */
const MOST: Readonly<Partial<Record<Group, number>>> = { Secrets: 20 }
const MOST_OF_OTHERS = 6

/** The matches of a text, by group: the group with the best match first, and in it the best matches. */
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
  // A pattern can be as short as a name, but its secrets are searched more often.
  const ordered = [...groups].toSorted(([one], [other]) => Number(one === 'Policies') - Number(other === 'Policies'))
  return ordered.map(([group, found]) => ({ group, entries: found }))
}

/** The entries before anything is typed: recent pages, and actions. */
export function shownAtFirst(recent: readonly Entry[], entries: readonly Entry[]): Shown[] {
  const some = (group: Group) => ({ group, entries: entries.filter(entry => entry.group === group).slice(0, MOST_OF_OTHERS) })
  return [{ group: 'Recent' as const, entries: recent }, some('Actions')].filter(shown => shown.entries.length > 0)
}
