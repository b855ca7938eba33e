import { invalidField } from '../../http/checks.ts'

/** Every chain counts its native currency in units of 10^-18. */
const DECIMALS = 18
const LIMIT = 2n ** 256n

/** The base units in a decimal text without sign, exponent or more than `DECIMALS` digits after the point. */
export function baseUnits(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'))
}

/**
 * The same for a field of a request.
 * @throws Problem `request.invalid` from 2^256 on.
 */
export function weiOf(field: string, text: string): bigint {
  const wei = baseUnits(text)
  if (wei >= LIMIT) throw invalidField(field, 'is more than a transaction can carry')
  return wei
}

/** Base units as a decimal number in whole ones, without trailing zeros. */
export function decimal(units: bigint, decimals = DECIMALS): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const fraction = digits.slice(cut).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction === '' ? '' : `.${fraction}`}`
}
