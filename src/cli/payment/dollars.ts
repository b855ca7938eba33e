import { Problem } from '../../problem.ts'

const MILLIONTHS = 1_000_000n

/** `0.0015` → 1500 millionths of a dollar. @throws Problem `usage` */
export function dollarsIn(text: string): bigint {
  const [, whole, fraction = ''] = /^\$?(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text.trim()) ?? []
  if (whole !== undefined) return BigInt(whole) * MILLIONTHS + BigInt(fraction.padEnd(6, '0'))
  throw new Problem('usage', `${JSON.stringify(text)} is not a price in US dollars.`, {
    hint: 'Write it like 0.01, with at most six decimals.',
  })
}

/** 1500 millionths → `0.0015`; at least two decimals. */
export function dollarsOf(millionths: bigint): string {
  const fraction = String(millionths % MILLIONTHS)
    .padStart(6, '0')
    .replace(/0+$/, '')
    .padEnd(2, '0')
  return `${millionths / MILLIONTHS}.${fraction}`
}
