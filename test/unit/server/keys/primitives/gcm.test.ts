import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bind, dekBinding } from '../../../../../server/keys/primitives/binding.ts'
import { BOX_OVERHEAD, openBox, sealBox } from '../../../../../server/keys/primitives/gcm.ts'
import { Problem } from '../../../../../src/problem.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const key = createSecretKey(randomBytes(32))
const AAD = Buffer.from('aad')

function failureOf(act: () => unknown): unknown {
  try {
    act()
    return 'no failure'
  } catch (error) {
    return error instanceof Problem ? [error.code, error.message, error.cause] : error
  }
}

const OPAQUE = ['secret.unreadable', 'The stored value could not be opened', undefined]

describe('a box', () => {
  it('equals test case 16 of McGrew and Viega for AES-256-GCM', () => {
    const iv = hex('cafebabefacedbaddecaf888')
    const ciphertext = hex(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    )
    const tag = hex('76fc6ece0f4e1768cddf8853bb2d551b')
    const known = createSecretKey(hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'))
    const box = Buffer.concat([Buffer.from([1]), iv, ciphertext, tag])
    expect(openBox(known, box, hex('feedfacedeadbeeffeedfacedeadbeefabaddad2')).toString('hex')).toBe(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    )
  })

  it.each([0, 1, 31, 32, 5_000])('returns %i bytes unchanged', size => {
    const plaintext = randomBytes(size)
    const box = sealBox(key, plaintext, AAD)
    expect(box).toHaveLength(size + BOX_OVERHEAD)
    expect(openBox(key, box, AAD)).toEqual(plaintext)
  })

  it('never has the same IV twice', () => {
    const ivs = Array.from({ length: 2_000 }, () => sealBox(key, Buffer.alloc(1), AAD).toString('hex', 1, 13))
    expect(new Set(ivs).size).toBe(2_000)
  })

  it('fails with the same error for every changed bit, added or missing byte, other key and other associated data', () => {
    const box = sealBox(key, randomBytes(8), AAD)
    const spoiled = Array.from({ length: box.length * 8 }, (_, bit) =>
      Buffer.from(box).fill((box[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3, (bit >> 3) + 1),
    )
    const boxes = [
      ...spoiled,
      box.subarray(1),
      box.subarray(0, -1),
      Buffer.concat([box, AAD]),
      Buffer.alloc(0),
      box.subarray(0, 13),
    ]
    for (const each of boxes) expect(failureOf(() => openBox(key, each, AAD))).toEqual(OPAQUE)
    expect(failureOf(() => openBox(createSecretKey(randomBytes(32)), box, AAD))).toEqual(OPAQUE)
    expect(failureOf(() => openBox(key, box, Buffer.from('aae')))).toEqual(OPAQUE)
  })
})

describe('associated data', () => {
  it('consists of the length and the bytes of each field', () => {
    expect(bind('d', 'ab', Buffer.from([9])).toString('hex')).toBe('0000000164' + '000000026162' + '0000000109')
  })

  it('differs where fields are split, joined, moved or empty', () => {
    const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['c', 'ab'], []]
    expect(new Set(lists.map(fields => bind('d', ...fields).toString('hex'))).size).toBe(lists.length)
    expect(bind('d', 'a')).not.toEqual(bind('a', 'd'))
  })

  it('of a wrapped DEK names its KEK', () => {
    expect(dekBinding('one', AAD)).not.toEqual(dekBinding('other', AAD))
  })
})
