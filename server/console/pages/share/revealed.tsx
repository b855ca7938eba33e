import { CLEAR_SECONDS, CopyButton } from '../../ui/data/copy-button.tsx'
import { DownloadButton, fileNameOf } from '../../ui/data/download-button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { type Opened, timesLeft } from './status.ts'

/** The value, for as long as the page stays open. */
export function Revealed({ opened }: { opened: Opened }) {
  return (
    <>
      <Heading>The secret</Heading>
      <dl className="facts">
        <dt>Path</dt>
        <dd>{opened.path}</dd>
        <dt>Type</dt>
        <dd>{opened.type}</dd>
        <dt>Can be opened again</dt>
        <dd>{timesLeft(opened)}</dd>
      </dl>
      {opened.cmek_encrypted && <p>It is encrypted with a key that only its owner has; this is the encrypted value.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard. */}
      <pre className="shared-value" tabIndex={0}>
        {opened.value}
      </pre>
      <div className="actions">
        <CopyButton kind="primary" text={opened.value} what="the secret" clearAfter={CLEAR_SECONDS} />
        <DownloadButton name={fileNameOf(opened.path.split('/').at(-1) ?? '', '')} text={opened.value} what="the secret" />
      </div>
    </>
  )
}
