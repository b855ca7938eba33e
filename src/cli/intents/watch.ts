import type { Transaction } from '../output/views/intents.ts'

export interface Watching {
  readonly look: () => Promise<readonly Transaction[]>
  /** Called with new and changed ones, oldest first. */
  readonly changed: (transactions: readonly Transaction[]) => Promise<void>
  /** Waits for the next poll; rejects to stop. */
  readonly pause: () => Promise<void>
}

/** Polls repeatedly. The first result is reported too. */
export async function watchTransactions({ look, changed, pause }: Watching): Promise<never> {
  const seen = new Map<string, string>()
  for (;;) {
    const news = (await look()).filter(transaction => seen.get(transaction.id) !== stateOf(transaction)).reverse()
    for (const transaction of news) seen.set(transaction.id, stateOf(transaction))
    if (news.length > 0) await changed(news)
    await pause()
  }
}

function stateOf({ status, chain_status, error_message }: Transaction): string {
  return [status, chain_status, error_message].join(' ')
}
