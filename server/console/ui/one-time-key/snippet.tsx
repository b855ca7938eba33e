import { CLEAR_SECONDS, CopyButton } from '../data/copy-button.tsx'

interface SnippetProps {
  /** What it is for. */
  title: string
  text: string
  /** Stands in for a secret in what is shown; copied is the secret itself. */
  hide?: string
}

/** Words for a terminal or a file, ready to be copied. */
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
