import DataLoader from 'dataloader'

/** The most that one statement asks for: the answers may be large. */
const MAX_TOGETHER = 16

/** Answers in the order of the keys; an Error is thrown to the callers with that key. */
type Read<Key, Row> = (keys: readonly Key[]) => Promise<(Row | Error)[]>

/** One statement for all questions of a turn of the event loop. It is sent after each of them was asked, so that none gets an older row. */
export function together<Key, Row>(read: Read<Key, Row>): (key: Key) => Promise<Row> {
  const loader = new DataLoader<Key, Row>(read, {
    cache: false,
    maxBatchSize: MAX_TOGETHER,
    batchScheduleFn: load => setImmediate(load),
  })
  return key => loader.load(key)
}

/**
 * One statement for all parts of a unit of work that are at the same step. It is sent once all of them wait. Each unit needs one of its
 * own.
 */
export function inLockstep<Key, Row>(read: Read<Key, Row>): (key: Key) => Promise<Row> {
  const loader = new DataLoader<Key, Row>(read, { cache: false })
  return key => loader.load(key)
}
