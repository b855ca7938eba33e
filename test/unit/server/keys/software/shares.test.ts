import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyOfShares, shareIn, sharesOf, shareText } from '../../../../../server/keys/software/shares.ts'

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** All ways to take `count` of `from`. */
function choices<T>(from: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  return from.flatMap((one, index) => choices(from.slice(index + 1), count - 1).map(rest => [one, ...rest]))
}

describe('shares', () => {
  it('restore the key in any choice and order, and too few of them never do', async () => {
    const key = randomBytes(32)
    const shares = await sharesOf(key, 5, 3)
    for (const some of choices(shares, 3)) {
      expect(Buffer.from(await keyOfShares(some))).toEqual(key)
      expect(Buffer.from(await keyOfShares(some.toReversed()))).toEqual(key)
    }
    for (const few of choices(shares, 2)) expect(Buffer.from(await keyOfShares(few))).not.toEqual(key)
  })

  it('are equal as text, however they were typed', async () => {
    for (const share of await sharesOf(randomBytes(32), 16, 2)) {
      const text = shareText(share)
      expect(text).toMatch(/^1claw-share(-[0-9a-hjkmnp-tv-z]{8}){7}$/)
      const spaced = text.replaceAll('-', ' ').replace('1claw share ', '1claw-share-')
      for (const typed of [text, ` ${text.toUpperCase()}\n`, spaced, text.replaceAll('0', 'O').replaceAll('1', 'l')]) {
        const read = typed.toLowerCase().startsWith('1claw') ? typed : typed.replace('lc', '1c')
        expect(shareIn(read)).toEqual(Buffer.from(share))
      }
    }
  })

  it('report any single mistyped letter, and never show what was typed', async () => {
    const [share = new Uint8Array()] = await sharesOf(randomBytes(32), 2, 2)
    const text = shareText(share)
    let unnoticed = 0
    for (let at = '1claw-share-'.length; at < text.length; at++) {
      if (text[at] === '-') continue
      const other = LETTERS[(LETTERS.indexOf(text[at] ?? '') + 7) % 32]
      const typed = text.slice(0, at) + other + text.slice(at + 1)
      try {
        shareIn(typed)
        unnoticed++
      } catch (error) {
        expect(error).toMatchObject({ code: 'request.invalid', message: expect.stringContaining('mistyped') })
        expect(String(error)).not.toContain(typed.slice(12, 24))
      }
    }
    // Two bytes check it: one in 65,536 wrong shares passes, and is recognised by its digest.
    expect(unnoticed).toBeLessThanOrEqual(1)
  })

  it.each([
    ['', 'not a share'],
    ['hunter2', 'not a share'],
    ['1claw-share-abc', '3 letters'],
    ['1claw-share-µ', 'character'],
  ])('are distinguished from %j', (text, words) => {
    expect(() => shareIn(text)).toThrow(words)
  })

  it.each([
    [1, 1],
    [5, 1],
    [3, 4],
    [17, 2],
    [2.5, 2],
  ])('cannot be made for %d with %d needed', async (shares, threshold) => {
    await expect(sharesOf(randomBytes(32), shares, threshold)).rejects.toMatchObject({ code: 'usage' })
  })
})
