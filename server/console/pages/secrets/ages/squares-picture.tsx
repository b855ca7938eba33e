import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { GroupPicture } from './group-picture.tsx'
import { movedBy, STEP } from './shape.ts'
import { describedSquare, type Group, type VaultGroups } from './squares.ts'

interface SquaresProps {
  vaults: readonly VaultGroups[]
  /** The finding, in a sentence. */
  caption: string
  now: number
}

/** A square: the number of its group, over all vaults, and its number in it. */
interface Spot {
  readonly group: number
  readonly index: number
}

/**
 * One square a secret or folder. Only the square under the pointer or the focus is a link, so that thousands of squares are few elements.
 * Tab enters, arrows move, Enter opens; the line below names the square.
 */
export function Squares({ vaults, caption, now }: SquaresProps) {
  const [asked, goTo] = useState<Spot>({ group: 0, index: 0 })
  const frame = useRef<HTMLDivElement>(null)
  const isFollowed = useRef(false)
  const columns = useColumns(frame)
  const groups = useMemo(() => vaults.flatMap(vault => vault.groups), [vaults])
  const here = nearest(groups, asked)
  const square = groups[here.group]?.squares[here.index]

  // The link of another square is another element: the focus follows it.
  useLayoutEffect(() => {
    if (isFollowed.current) frame.current?.querySelector('a')?.focus()
    isFollowed.current = false
  })
  const move = (event: KeyboardEvent) => {
    const next = neighbour(groups, here, event.key, columns)
    if (next === undefined) return
    event.preventDefault()
    isFollowed.current = true
    goTo(next)
  }
  const point = useCallback((group: number, index: number) => {
    isFollowed.current = frame.current?.contains(document.activeElement) ?? false
    goTo({ group, index })
  }, [])
  const starts = vaults.map((_, at) => vaults.slice(0, at).reduce((sum, vault) => sum + vault.groups.length, 0))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture is not a part of a form.
    <div ref={frame} className="heat-frame" role="group" aria-label={caption} onKeyDown={move}>
      {vaults.map(({ id, name, groups: inside }, at) => (
        <div key={id} className="heat-vault">
          {vaults.length > 1 && <p className="heat-vault-name">{name}</p>}
          <div className="heat-groups">
            {inside.map((group, place) => {
              const number = (starts[at] ?? 0) + place
              return (
                <GroupPicture
                  key={group.key}
                  number={number}
                  group={group}
                  columns={columns}
                  marked={here.group === number ? here.index : undefined}
                  now={now}
                  onPoint={point}
                />
              )
            })}
          </div>
        </div>
      ))}
      {square && (
        <p className="heat-here" aria-hidden="true">
          {describedSquare(square, now)}
        </p>
      )}
    </div>
  )
}

/** As many squares as have room next to each other. */
function useColumns(frame: { readonly current: HTMLElement | null }): number {
  const [columns, setColumns] = useState(12)
  useLayoutEffect(() => {
    const { current: element } = frame
    if (!element) return undefined
    const measure = () => setColumns(Math.max(1, Math.floor(element.clientWidth / STEP)))
    const observer = new ResizeObserver(measure)
    measure()
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])
  return columns
}

/** The same square, or the nearest one before it that still exists. */
function nearest(groups: readonly Group[], { group, index }: Spot): Spot {
  const number = Math.min(group, Math.max(0, groups.length - 1))
  const count = groups[number]?.squares.length ?? 0
  return { group: number, index: Math.min(index, Math.max(0, count - 1)) }
}

/** The square that a key moves to: in the same group, or from its edge into the next one. */
function neighbour(groups: readonly Group[], { group, index }: Spot, key: string, columns: number): Spot | undefined {
  const count = groups[group]?.squares.length ?? 0
  const next = movedBy(key, index, Math.min(columns, count), count)
  if (next === undefined) return undefined
  if (next < 0 && group > 0) return { group: group - 1, index: (groups[group - 1]?.squares.length ?? 1) - 1 }
  if (next >= count && group < groups.length - 1) return { group: group + 1, index: 0 }
  return { group, index: Math.min(Math.max(0, next), count - 1) }
}
