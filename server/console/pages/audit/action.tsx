import { SENTENCES } from './sentences.ts'

/** A description of the event, and its code next to it. */
export function Action({ of: action }: { of: string }) {
  const sentence = SENTENCES[action]
  return (
    <span className="event-action">
      {sentence !== undefined && <span>{sentence} </span>}
      <code>{action}</code>
    </span>
  )
}
