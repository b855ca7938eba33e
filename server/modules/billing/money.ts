declare const micros: unique symbol

/** Millionths of a US dollar, a whole number. This is also the smallest unit of USDC. */
export type Micros = number & { readonly [micros]: true }

const MICROS_IN_DOLLAR = 1_000_000
const CENTS_IN_DOLLAR = 100
const DECIMAL = /^(\d{1,9})(?:\.(\d{1,6}))?$/

/**
 * `'0.0015'` → 1500.
 * @throws RangeError unless it is a decimal number of at most six places
 */
export function microsOf(dollars: string): Micros {
  const [, whole, fraction = ''] = DECIMAL.exec(dollars) ?? []
  if (whole === undefined) throw new RangeError(`${JSON.stringify(dollars)} is not an amount in dollars.`)
  return (Number(whole) * MICROS_IN_DOLLAR + Number(fraction.padEnd(6, '0'))) as Micros
}

/** 1500 → `'0.0015'`; at least two decimal places, without further trailing zeros. */
export function dollarsOf(amount: number): string {
  return decimal(amount, MICROS_IN_DOLLAR, 6)
}

/** 1234 cents → `'12.34'`. */
export function dollarsOfCents(cents: number): string {
  return decimal(cents, CENTS_IN_DOLLAR, 2)
}

function decimal(amount: number, unit: number, places: number): string {
  const size = Math.abs(amount)
  const rest = size % unit
  const fraction = String(rest).padStart(places, '0').replace(/0+$/, '').padEnd(2, '0')
  return `${amount < 0 ? '-' : ''}${(size - rest) / unit}.${fraction}`
}
