import type { Client } from '../../../../../src/client/client.ts'
import { problemOf } from '../../../failure.ts'
import { CLEAR_SECONDS, CopyButton } from '../../../ui/data/copy-button.tsx'
import { DownloadButton, fileNameOf } from '../../../ui/data/download-button.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { REVEALED_SECONDS, useRevealed } from '../../../ui/use-revealed.ts'
import { lastOf } from '../folders.ts'
import { type Summary, troubleOf } from '../secret.ts'
import { bundleOf } from './bundle.ts'
import { ShownValue } from './shown-value.tsx'

interface SecretValueProps {
  vaultId: string
  /** The version whose value it is. */
  version: Summary
  /** A read was counted or refused: the loaded state of the secret may be out of date. */
  onRead(): void
}

/** The value of one version: hidden until requested, and copied without being shown. */
export function SecretValue({ vaultId, version, onRead }: SecretValueProps) {
  const fetchValue = async (client: Client) => {
    const params = { vault_id: vaultId, path: version.path, version: version.version }
    try {
      const { value } = await client.call('secrets.version', { params })
      if (version.max_access_count) onRead()
      return value
    } catch (thrown) {
      if (CHANGED.includes(problemOf(thrown).status)) onRead()
      throw thrown
    }
  }
  const { value, action, hide } = useRevealed(fetchValue)
  const copying = useAction(async (client, give: (text: string) => void) => give(await fetchValue(client)))
  const copied = async () => {
    if (value !== null) return value
    let text: string | undefined
    await copying.run(got => {
      text = got
    })
    return text
  }
  const trouble = troubleOf(version, Date.now())
  if (trouble !== undefined && trouble !== 'Expires soon' && value === null) return <p>{WHY[trouble]}</p>
  return (
    <>
      {value === null ? (
        <p className="hidden-value">
          <span aria-hidden="true">••••••••••••</span>
          <span className="only-heard">The value is hidden.</span>
        </p>
      ) : (
        <ShownValue value={value} bundle={version.type === 'env_bundle' ? bundleOf(value) : undefined} />
      )}
      <div className="actions">
        {value === null ? (
          <Button kind="primary" busy={action.busy} onClick={action.run}>
            Reveal
          </Button>
        ) : (
          <Button onClick={hide}>Hide</Button>
        )}
        <CopyButton text={copied} what="the value" clearAfter={CLEAR_SECONDS} />
        {value !== null && <DownloadButton text={value} what="the value" name={fileNameOf(lastOf(version.path), '')} />}
      </div>
      <p className="quiet">
        {limitOf(version)}Every reveal and copy is logged. Hides after {REVEALED_SECONDS} seconds or when you leave this tab.
      </p>
      <Alert>{action.failure ?? copying.failure}</Alert>
    </>
  )
}

/** Statuses that say that the secret has changed since the page was loaded. */
const CHANGED = [403, 404, 410]

const WHY = {
  Disabled: 'This version was disabled. It can no longer be read.',
  Expired: 'This version has expired. It can no longer be read.',
  'Used up': 'This version has reached its read limit.',
} as const

function limitOf({ max_access_count = 0, access_count = 0 }: Summary): string {
  if (max_access_count === 0) return ''
  const left = Math.max(0, max_access_count - access_count)
  return left === 1 ? '1 read left. Revealing or copying uses it. ' : `${left} reads left. Revealing or copying uses one. `
}
