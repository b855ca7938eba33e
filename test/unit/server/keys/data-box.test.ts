import { createSecretKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { boxKeyOf, dataBox } from '../../../../server/keys/data-box.ts'
import { lineage, only } from '../../../../server/keys/lineage.ts'

const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte))
const box = dataBox(only(keyOf(1)))
const plaintext = Buffer.from('a second factor')

it('a box opens only in the row and for the purpose it was sealed for', () => {
  const sealed = box.seal('totp', 'ada', plaintext)
  expect(sealed.includes(plaintext)).toBe(false)
  expect(box.seal('totp', 'ada', plaintext)).not.toEqual(sealed)
  expect(box.open('totp', 'ada', sealed)).toEqual(plaintext)
  for (const open of [
    () => box.open('totp', 'bob', sealed),
    () => box.open('mail', 'ada', sealed),
    () => box.open('totpa', 'da', sealed),
    () => dataBox(only(keyOf(2))).open('totp', 'ada', sealed),
    () => box.open('totp', 'ada', sealed.subarray(0, -1)),
  ]) {
    expect(open).toThrow()
  }
})

it('a box of an earlier key opens, and shows its key', () => {
  let now = 0
  const keys = lineage<ReturnType<typeof keyOf>>(() => now)
  const heirOf = (number: number, startsAt: number) => ({ number, startsAt, ended: false, key: keyOf(number) })
  keys.keep([heirOf(1, 0), heirOf(2, 10), heirOf(300, 20)])
  const sealedWith: number[] = []
  const later = dataBox(keys, number => sealedWith.push(number))
  const sealed = [0, 10, 20].map(at => {
    now = at
    return later.seal('totp', 'ada', plaintext)
  })
  expect(sealed.map(boxKeyOf)).toEqual([1, 2, 300])
  expect(sealedWith).toEqual([1, 2, 300])
  for (const each of sealed) expect(later.open('totp', 'ada', each)).toEqual(plaintext)
  keys.keep([heirOf(300, 20)])
  expect(() => later.open('totp', 'ada', sealed[1] ?? Buffer.alloc(0))).toThrow()
  expect(() => later.open('mail', 'ada', sealed[2] ?? Buffer.alloc(0))).toThrow()
})
