import { Breakable } from './breakable.tsx'

/** A path, a pattern or an id as code. */
export function Path({ children }: { children: string }) {
  return (
    <span className="path">
      <Breakable text={children} />
    </span>
  )
}
