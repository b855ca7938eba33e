import { Fragment } from 'react'

/** A path, a pattern or an id as code that breaks after its slashes first. */
export function Path({ children }: { children: string }) {
  return (
    <span className="path">
      {children.split('/').map((segment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: segments have no other name, and never change places.
        <Fragment key={index}>
          {index > 0 && (
            <>
              /<wbr />
            </>
          )}
          {segment}
        </Fragment>
      ))}
    </span>
  )
}
