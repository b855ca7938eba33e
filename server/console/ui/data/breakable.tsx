import { Fragment } from 'react'

/** A text of at most this length is not broken: an address of this length fits in a card on a phone. */
const ONE_WORD = 24

/** A name or an address that breaks after its at sign rather than within a word; a short one does not break. */
export function Breakable({ text }: { text: string }) {
  if (text.length <= ONE_WORD) return <span className="breakable breakable-short">{text}</span>
  return (
    <span className="breakable">
      {text.split(/(?<=@)/).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts are identified by their position.
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  )
}
