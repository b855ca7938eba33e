/** An end of a line in the map: a principal, or a secret or vault. */
export interface End {
  readonly id: string
  readonly label: string
  /** The number of reads, or that there were none. */
  readonly note?: string
  /** The address of its page. */
  readonly to?: string
}

/** A policy or role that grants access. */
export interface Rule {
  readonly id: string
  readonly label: string
  /** The label is words, not a pattern. */
  readonly inWords?: boolean
}

/** A principal can reach a secret or vault by a rule, with the number of reads. */
export interface Tie {
  readonly who: string
  readonly rule: string
  readonly what: string
  readonly reads: number
  /** It grants nothing at the moment: its conditions are not met. */
  readonly waits?: boolean
}

export interface Access {
  readonly who: readonly End[]
  readonly rules: readonly Rule[]
  readonly what: readonly End[]
  readonly ties: readonly Tie[]
  /** Principals that had access and have lost it. */
  readonly former: readonly End[]
}

export const ROW = 34
export const WIDTH = 720
/** The left edge of each column, and the width of its texts. */
export const COLUMNS = {
  who: { x: 0, width: 220 },
  rule: { x: 270, width: 222 },
  what: { x: 540, width: 180 },
} as const
const LINE_GAP = 26

export interface Placed {
  readonly height: number
  /** The height of the line between principals with access and former ones; undefined without former ones. */
  readonly line: number | undefined
  /** The middle of each row. */
  readonly yOf: { readonly who: number[]; readonly rules: number[]; readonly what: number[]; readonly former: number[] }
}

/** Places rows of equal height in three columns, each spread over the full height. The same access always gives the same picture. */
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

/** Width of a letter in the code font; other fonts are narrower. */
const LETTER = 8.5

/** The text, cut if it does not fit. */
export function fitting(text: string, width: number): string {
  const most = Math.floor(width / LETTER)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** The right edge of a text in the code font of a column, with a space after it. */
export function endOf(text: string, { x, width }: { readonly x: number; readonly width: number }): number {
  return Math.min(x + width, x + (fitting(text, width).length + 1) * LETTER)
}
