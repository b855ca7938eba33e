import type pg from 'pg'

/** Passes on a promise of an answer, and counts it as due until then. */
export type Due = <T>(answer: Promise<T>) => Promise<T>

/**
 * Ends a connection on which answers are due, but none has arrived for a time: everything that waits for one then fails. Statements are sent
 * ahead and answered in order, so the time counts from the last answer: a statement may stand behind several that wait for a lock.
 */
export function endIfSilent(client: pg.PoolClient, limitMs: number): Due {
  let due = 0
  let timer: NodeJS.Timeout | undefined
  const answered = () => {
    due -= 1
    restart()
  }
  function restart(): void {
    clearTimeout(timer)
    timer = due > 0 ? setTimeout(() => client.connection.stream.destroy(), limitMs) : undefined
  }
  return answer => {
    due += 1
    if (due === 1) restart()
    answer.then(answered, answered)
    return answer
  }
}
