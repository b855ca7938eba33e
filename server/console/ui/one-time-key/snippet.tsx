import { CLEAR_SECONDS, CopyButton } from '../data/copy-button.tsx'

interface SnippetProps {
  /** The purpose of the lines. */
  title: string
  text: string
  /** A secret in the text: only its beginning is shown, and the copy button copies all of it. */
  hide?: string
}

/** Lines for a terminal or a file, with a copy button. */
export function Snippet({ title, text, hide }: SnippetProps) {
  const shown = hide === undefined ? text : text.replaceAll(hide, `${hide.slice(0, 8)}…`)
  return (
    <div className="snippet">
      <div className="snippet-head">
        <h3>{title}</h3>
        <CopyButton text={text} what={`the lines: ${title}`} {...(hide !== undefined && { clearAfter: CLEAR_SECONDS })} />
      </div>
      <pre>{shown}</pre>
    </div>
  )
}
