import { startTransition, useEffect, useMemo, useState } from 'react'

/** Rows that are drawn at once: about as many as are visible below the field. */
const STEP = 12

/**
 * Rows of a list that is filtered while the reader types. At first all are drawn. For another `key`, the first screenful is drawn at once
 * and the rest when there is time, so that typing never waits for a long list. In the end all rows are in the document, for the browser's
 * own search and for screen readers.
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
