/** The output of the growth bench: a line for each question, a figure for each size. */

export interface Figure {
  readonly text: string
  readonly value?: number
  /** The minimum and maximum of the value. */
  readonly most?: number
  readonly least?: number
}

/** By the name of the line. */
export interface Figures {
  [line: string]: Figure
}

/** The goals, at any size; times in milliseconds. */
export const GOALS = {
  page: 20,
  filter: 50,
  /** p99 of another client's `/livez` during everything else. */
  livez: 50,
  verifyNew: 100,
  /** In starts of an empty Node.js program: 0.5 s if that takes 25 ms. */
  boot: 20,
  /** MiB right after loads. */
  memory: 250,
  /** Per second, at 32 connections. */
  writes: 3000,
  signatures: 1000,
  /** As a share of the rate of bare fastify. */
  exchanges: 1 / 10,
  /** The share of a core for 25 watchers, each of which asks every 5 s while nothing changes. */
  watchers: 0.02,
  /** The number of events for 1,000 equal refusals: the first and a count, twice if a minute ends in between. */
  refusalEvents: 4,
  /** The rate of 64 writers, compared with that of 8. */
  moreWriters: 0.8,
  /** The p50 of a read at the largest size, compared with the smallest. */
  readGrowth: 1.2,
} as const

export const milliseconds = (value: number) => (value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(1)} s`)

/** A time in milliseconds. */
export const within = (value: number, most?: number): Figure => ({
  text: milliseconds(value),
  value,
  ...(most !== undefined && { most }),
})

export function isOver({ value = 0, most = Number.POSITIVE_INFINITY, least = 0 }: Figure): boolean {
  return !(value <= most && value >= least)
}
