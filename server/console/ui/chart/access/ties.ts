/** Somebody who can do something, or something that it is done to. */
export interface End {
  readonly id: string
  readonly label: string
  /** How often it was read, or that it never was. */
  readonly note?: string
  /** Where it is opened. */
  readonly to?: string
}

/** What lets somebody reach something. */
export interface Rule {
  readonly id: string
  readonly label: string
  /** The label is words, and no pattern. */
  readonly inWords?: boolean
}

/** Somebody reaches something by a rule, and did so this often. */
export interface Tie {
  readonly who: string
  readonly rule: string
  readonly what: string
  readonly reads: number
  /** It lets nobody do anything at the moment: its conditions do not hold. */
  readonly waits?: boolean
}

export interface Access {
  readonly who: readonly End[]
  readonly rules: readonly Rule[]
  readonly what: readonly End[]
  readonly ties: readonly Tie[]
  /** Those who did, and cannot any more. */
  readonly former: readonly End[]
}

export const ROW = 34
export const WIDTH = 720
/** Where the columns begin, and how wide what stands in them may be. */
export const COLUMNS = {
  who: { x: 0, width: 220 },
  rule: { x: 270, width: 222 },
  what: { x: 540, width: 180 },
} as const
const LINE_GAP = 26

export interface Placed {
  readonly height: number
  /** Between those who can and those who could; undefined without the latter. */
  readonly line: number | undefined
  /** The middle of each row. */
  readonly yOf: { readonly who: number[]; readonly rules: number[]; readonly what: number[]; readonly former: number[] }
}

/** Rows of one height in three columns, each spread over the whole: the same access is always the same picture. */
export function placed({ who, rules, what, former }: Access): Placed {
  const above = Math.max(who.length, rules.length, what.length, 1) * ROW
  const spread = (count: number) => Array.from({ length: count }, (_, at) => (above / count) * (at + 0.5))
  const line = former.length > 0 ? above + LINE_GAP : undefined
  const below = former.map((_, at) => (line ?? 0) + ROW * (at + 0.5))
  return {
    height: (line ?? above) + former.length * ROW,
    line,
    yOf: { who: spread(who.length), rules: spread(rules.length), what: spread(what.length), former: below },
  }
}

/** What a letter of the code font takes; others are narrower. */
const LETTER = 8.5

/** As much of a text as fits. */
export function fitting(text: string, width: number): string {
  const most = Math.floor(width / LETTER)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** Where a text ends, with a space after it, that begins at a column and is in its code font. */
export function endOf(text: string, { x, width }: { readonly x: number; readonly width: number }): number {
  return Math.min(x + width, x + (fitting(text, width).length + 1) * LETTER)
}
