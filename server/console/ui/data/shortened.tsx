import { Fragment } from 'react'

const ADDRESS = /(0x[0-9a-fA-F]{40})/

/** A sentence in a list that hides the middle of each chain address in it. Screen readers and copies get the whole address. */
export function Shortened({ text }: { text: string }) {
  return text.split(ADDRESS).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts are identified by their position.
    <Fragment key={index}>{ADDRESS.test(part) ? <Address of={part} /> : part}</Fragment>
  ))
}

function Address({ of: address }: { of: string }) {
  return (
    <span className="address" title={address}>
      <span className="address-start">{address.slice(0, 6)}</span>
      <span className="only-heard">{address.slice(6, -4)}</span>
      {address.slice(-4)}
    </span>
  )
}
