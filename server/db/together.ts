import DataLoader from 'dataloader'

/** The most that one statement asks for: the answers may be large. */
const MAX_TOGETHER = 16

/**
 * One statement for all questions of a turn of the event loop. It is sent after each of them was asked, so that none gets an older row.
 * @param read answers in the order of the keys; an Error is thrown to the callers with that key
 */
export function together<Key, Row>(read: (keys: readonly Key[]) => Promise<(Row | Error)[]>): (key: Key) => Promise<Row> {
  const loader = new DataLoader<Key, Row>(read, {
    cache: false,
    maxBatchSize: MAX_TOGETHER,
    batchScheduleFn: load => setImmediate(load),
  })
  return key => loader.load(key)
}
