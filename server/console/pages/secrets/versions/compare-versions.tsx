import { Dialog } from '../../../ui/dialog/dialog.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { REVEALED_SECONDS, useRevealed } from '../../../ui/use-revealed.ts'
import type { Vault } from '../../vaults/vault.ts'
import type { Summary } from '../secret.ts'
import { comparedLines, type Line } from './compare.ts'

interface CompareVersionsProps {
  vault: Vault
  older: Summary
  newer: Summary
  onClose(): void
}

/** Two versions line by line; both are fetched by one click, and each is a read in the audit log. */
export function CompareVersions({ vault, older, newer, onClose }: CompareVersionsProps) {
  const { value, action, hide } = useRevealed(async client => {
    const textOf = ({ path, version }: Summary) =>
      client.call('secrets.version', { params: { vault_id: vault.id, path, version } }).then(reply => reply.value)
    const [before, after] = [await textOf(older), await textOf(newer)]
    return JSON.stringify([before, after])
  })
  return (
    <Dialog title={`Compare version ${older.version} with version ${newer.version}`} onClose={onClose}>
      {value === null ? (
        <p>
          Both values are shown, and both reads are logged. They hide after {REVEALED_SECONDS} seconds or when you leave this tab.
        </p>
      ) : (
        <Compared values={JSON.parse(value) as [string, string]} versions={[older.version, newer.version]} />
      )}
      <Alert>{action.failure}</Alert>
      <div className="decision">
        <Button onClick={onClose}>Close</Button>
        {value === null ? (
          <Button kind="primary" busy={action.busy} onClick={action.run}>
            Reveal both
          </Button>
        ) : (
          <Button onClick={hide}>Hide</Button>
        )}
      </div>
    </Dialog>
  )
}

const SIGN: Readonly<Record<Line['of'], string>> = { both: ' ', older: '−', newer: '+' }
/** More lines than anyone reads on a page. */
const MOST_LINES = 2_000

function Compared({
  values: [before, after],
  versions,
}: {
  values: readonly [string, string]
  versions: readonly [number, number]
}) {
  if (before === after) return <p>The values are the same.</p>
  const lines = comparedLines(before, after)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard. */}
      <ol className="compared" tabIndex={0} aria-label={`Lines of version ${versions[0]} and version ${versions[1]}`}>
        {lines.slice(0, MOST_LINES).map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other key, and do not move.
          <li key={place} className={`compared-${line.of}`}>
            <span aria-hidden="true">{SIGN[line.of]} </span>
            {line.of !== 'both' && (
              <span className="only-heard">Only in version {line.of === 'older' ? versions[0] : versions[1]}: </span>
            )}
            {line.text}
          </li>
        ))}
      </ol>
      {lines.length > MOST_LINES && <p className="quiet">Only the first {MOST_LINES} lines are shown.</p>}
    </>
  )
}
