export interface Cut<T> {
  readonly rows: readonly T[]
  /** From 1 to `pages`, even if the requested page is outside. */
  readonly page: number
  readonly pages: number
}

/** The rows of one page of a list. */
export function cut<T>(all: readonly T[], asked: number, size: number): Cut<T> {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const page = Math.min(pages, Math.max(1, Number.isInteger(asked) ? asked : 1))
  return { rows: all.slice((page - 1) * size, page * size), page, pages }
}
