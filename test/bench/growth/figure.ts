/** What the bench of growth prints: a line for each question, a figure for each size. */

export interface Figure {
  readonly text: string
  readonly value?: number
  /** The value may be neither more nor less than these. */
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
  /** p99 of somebody else's `/livez` beside everything. */
  livez: 50,
  /** A question that finds nothing to look up ends with "narrow it" within the limit of a report, and a little for the way. */
  tooBroad: 2500,
  verifyNew: 100,
  /** Starts of an empty Node.js program: 0.5 s where that takes 25 ms. */
  boot: 20,
  /** MiB right after loads. */
  memory: 250,
  /** A second, at 32 connections. */
  writes: 3000,
  signatures: 1000,
  /** Of the rate of bare fastify. */
  exchanges: 1 / 10,
  /** Share of a core that 25 watchers use, each of which asks every 5 s while nothing changes. */
  watchers: 0.02,
  /** Events that 1,000 equal refusals leave: the first and a count, twice where a minute ends meanwhile. */
  refusalEvents: 4,
  /** The rate of 64 writers beside that of 8. */
  moreWriters: 0.8,
  /** The p50 of a read at the largest size beside the smallest. */
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
