import { SENTENCES } from './sentences.ts'

/** What happened, in words, and the code of the event beside it. */
export function Action({ of: action }: { of: string }) {
  const sentence = SENTENCES[action]
  return (
    <span className="event-action">
      {sentence !== undefined && <span>{sentence} </span>}
      <code>{action}</code>
    </span>
  )
}
