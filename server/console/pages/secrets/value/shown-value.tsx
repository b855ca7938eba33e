import { CLEAR_SECONDS, CopyButton } from '../../../ui/data/copy-button.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'

interface ShownValueProps {
  value: string
  /** Its names and values, if it is a bundle. */
  bundle?: readonly (readonly [string, string])[] | undefined
}

/** More than anyone reads on a page; the rest can be copied, not shown. */
const MOST = 100_000

const COLUMNS: Column<readonly [string, string]>[] = [
  { title: 'Name', kind: 'name', cell: ([name]) => <code>{name}</code> },
  { title: 'Value', cell: ([, value]) => <code className="bundle-value">{value}</code> },
  {
    title: 'Actions',
    kind: 'actions',
    cell: ([name, value]) => <CopyButton text={value} what={name} clearAfter={CLEAR_SECONDS} />,
  },
]

/** A value, visible to everyone in front of the screen. */
export function ShownValue({ value, bundle }: ShownValueProps) {
  if (bundle) {
    return (
      <Table caption="Variables of the bundle" columns={COLUMNS} rows={bundle} keyOf={([name]) => name} empty="It is empty." />
    )
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard. */}
      <pre className="shared-value" tabIndex={0}>
        {value.slice(0, MOST)}
      </pre>
      {value.length > MOST && <p className="quiet">Only the beginning is shown. Copy takes the whole value.</p>}
    </>
  )
}
