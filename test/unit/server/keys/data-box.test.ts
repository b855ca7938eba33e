import { expect, it } from 'vitest'
import { dataBox } from '../../../../server/keys/data-box.ts'

const box = dataBox(Buffer.alloc(32, 1))
const plaintext = Buffer.from('a second factor')

it('opens what it sealed, in the row and for the purpose it was sealed for, and nowhere else', () => {
  const sealed = box.seal('totp', 'ada', plaintext)
  expect(sealed.includes(plaintext)).toBe(false)
  expect(box.seal('totp', 'ada', plaintext)).not.toEqual(sealed)
  expect(box.open('totp', 'ada', sealed)).toEqual(plaintext)
  for (const open of [
    () => box.open('totp', 'bob', sealed),
    () => box.open('mail', 'ada', sealed),
    () => box.open('totpa', 'da', sealed),
    () => dataBox(Buffer.alloc(32, 2)).open('totp', 'ada', sealed),
    () => box.open('totp', 'ada', sealed.subarray(0, -1)),
  ]) {
    expect(open).toThrow()
  }
})
