import { createContext, useContext } from 'react'
import type { Place } from '../place.ts'
import type { Choice } from './ticks.ts'

/** What the items of a tree share. */
interface Tree {
  /** The item that Tab reaches. */
  readonly at: string
  setAt(item: string): void
  /** The lines of the form. */
  readonly places: readonly Place[]
  tick(choice: Choice): void
}

const TreeContext = createContext<Tree | null>(null)

/** Hands the tree to its items. */
export const TreeHere = TreeContext

/** The tree around an item. */
export function useTree(): Tree {
  const tree = useContext(TreeContext)
  if (!tree) throw new Error('There is no tree around this item.')
  return tree
}
