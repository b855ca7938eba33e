import { startTransition, useEffect, useMemo, useState } from 'react'

/** Rows that are drawn in one go: about what is in sight below the field. */
const STEP = 12

/**
 * Rows of a list that follows what is typed. All of them are there from the start; those for another `key` come a screenful at once and
 * the rest of them as there is time, so that the next key never waits for a long list. In the end all are in the document, for the
 * browser's own search and for screen readers.
 */
export function useProgressiveRows<T>(rows: readonly T[], key: string): readonly T[] {
  const [held, hold] = useState({ key, count: Number.POSITIVE_INFINITY })
  const count = held.key === key ? held.count : STEP
  useEffect(() => {
    if (count < rows.length) startTransition(() => hold({ key, count: count + STEP }))
    else if (count !== Number.POSITIVE_INFINITY) startTransition(() => hold({ key, count: Number.POSITIVE_INFINITY }))
  }, [rows.length, key, count])
  return useMemo(() => rows.slice(0, count), [rows, count])
}
