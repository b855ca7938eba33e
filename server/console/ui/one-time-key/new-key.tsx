import { type ReactNode, useEffect, useId, useRef } from 'react'
import { CLEAR_SECONDS, CopyButton } from '../data/copy-button.tsx'
import { DownloadButton } from '../data/download-button.tsx'
import { Button } from '../form/button.tsx'

interface NewKeyProps {
  title: string
  /** The access that it gives. */
  children: ReactNode
  value: string
  /** The file for the download button. */
  file: { readonly name: string; readonly text: string }
  /** Commands that use it. */
  snippets: ReactNode
  doneLabel: string
  onDone(): void
}

/** A key that is shown only once. The component that renders it keeps it only in its own state, so that it disappears with the page. */
export function NewKey({ title, children, value, file, snippets, doneLabel, onDone }: NewKeyProps) {
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="panel new-key" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
      <pre className="shared-value">{value}</pre>
      <div className="actions">
        <CopyButton kind="primary" text={value} what="the key" clearAfter={CLEAR_SECONDS} />
        <DownloadButton name={file.name} text={file.text} what="the key" />
      </div>
      {snippets}
      <div className="actions">
        <Button onClick={onDone}>{doneLabel}</Button>
      </div>
    </section>
  )
}
