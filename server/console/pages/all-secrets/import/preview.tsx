import { Badge } from '../../../ui/data/badge.tsx'
import { Path } from '../../../ui/data/path.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import type { Compared, State } from './compare.ts'

const BADGES: Readonly<Record<State, readonly [label: string, tone: 'good' | 'warn' | 'plain']>> = {
  new: ['New', 'good'],
  changed: ['Changed', 'warn'],
  replaced: ['New version', 'warn'],
  same: ['Same', 'plain'],
}

const COLUMNS: readonly Column<Compared>[] = [
  { title: 'Path', kind: 'name', cell: ({ path }) => <Path>{path}</Path> },
  {
    title: 'Change',
    kind: 'short',
    cell: ({ state }) => {
      const [label, tone] = BADGES[state]
      return <Badge tone={tone}>{label}</Badge>
    },
  },
]

/** The effect of an import, path by path, without values. */
export function Preview({ entries }: { entries: readonly Compared[] }) {
  const count = (...states: readonly State[]) => entries.filter(({ state }) => states.includes(state)).length
  return (
    <div className="import-preview">
      <p role="status">
        {count('new')} new, {count('changed', 'replaced')} changed, {count('same')} the same.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard. */}
      <section className="import-rows" aria-label="What would be saved" tabIndex={0}>
        <Table caption="What would be saved" columns={COLUMNS} rows={entries} keyOf={({ path }) => path} empty="Nothing." />
      </section>
    </div>
  )
}
