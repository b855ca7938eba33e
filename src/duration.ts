/** The maximum: a hundred years. */
const LONGEST_MS = 100 * 365 * 86_400_000
const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const PART = /(\d+(?:\.\d+)?)\s*(ms|[smhdw])\s*/gy
/** ISO 8601, without months and years, whose length varies. */
const ISO =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i
const ISO_UNITS = ['w', 'd', 'h', 'm', 's'] as const

/** How to write a duration, for hints. */
export const DURATION_FORMS = '30s, 15m, 12h, 7d, 2w, 1h30m or PT1H'

/**
 * A duration that a person wrote, in milliseconds: `30` (seconds), `30s`, `15m`, `1h30m` with each unit once and the larger first, or ISO
 * 8601 (`PT1H`, `P1DT12H`). Undefined for everything else, for zero and for more than a hundred years.
 */
export function durationMs(text: string): number | undefined {
  const written = text.trim()
  const ms = /^\d+(\.\d+)?$/.test(written) ? Number(written) * 1000 : (unitsMs(written) ?? isoMs(written))
  return ms !== undefined && ms > 0 && ms <= LONGEST_MS ? Math.round(ms) : undefined
}

function unitsMs(text: string): number | undefined {
  let total = 0
  let last = Number.POSITIVE_INFINITY
  let end = 0
  for (const [part, amount, unit = ''] of text.matchAll(PART)) {
    const size = UNITS[unit] ?? Number.NaN
    if (!(size < last)) return undefined
    total += Number(amount) * size
    last = size
    end += part.length
  }
  return end === text.length && end > 0 ? total : undefined
}

function isoMs(text: string): number | undefined {
  const parts = ISO.exec(text)?.slice(1)
  if (!parts?.some(part => part !== undefined)) return undefined
  return parts.reduce((total, part, index) => total + Number(part ?? 0) * (UNITS[ISO_UNITS[index] ?? ''] ?? 0), 0)
}
