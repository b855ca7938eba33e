import { useCallback, useSyncExternalStore } from 'react'

interface Ticker {
  now: number
  /** Runs while there are listeners. */
  timer: ReturnType<typeof setInterval> | undefined
  readonly listeners: Set<() => void>
}

/** One timer for each period, however many cells of a long list show a time. */
const tickers = new Map<number, Ticker>()

function tickerOf(period: number): Ticker {
  const ticker = tickers.get(period) ?? { now: Date.now(), timer: undefined, listeners: new Set() }
  tickers.set(period, ticker)
  return ticker
}

function listen(period: number, listener: () => void): () => void {
  const ticker = tickerOf(period)
  ticker.listeners.add(listener)
  ticker.timer ??= setInterval(() => {
    ticker.now = Date.now()
    for (const each of ticker.listeners) each()
  }, period)
  return () => {
    ticker.listeners.delete(listener)
    if (ticker.listeners.size > 0) return
    clearInterval(ticker.timer)
    ticker.timer = undefined
  }
}

function read(period: number): number {
  const ticker = tickerOf(period)
  if (!ticker.timer && Date.now() - ticker.now >= period) ticker.now = Date.now()
  return ticker.now
}

/** The time in milliseconds since the epoch, updated every `period` milliseconds. */
export function useNow(period: number): number {
  const subscribe = useCallback((listener: () => void) => listen(period, listener), [period])
  return useSyncExternalStore(subscribe, () => read(period))
}
