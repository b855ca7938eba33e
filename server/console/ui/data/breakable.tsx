import { Fragment } from 'react'

/** Up to here a text is one word: an address of this length fits in a card on a phone. */
const ONE_WORD = 24

/** A name or an address, which goes on in the next line after its at sign rather than within a word; a short one stays in one line. */
export function Breakable({ text }: { text: string }) {
  if (text.length <= ONE_WORD) return <span className="breakable breakable-short">{text}</span>
  return (
    <span className="breakable">
      {text.split(/(?<=@)/).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts are what they are by their place.
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  )
}
