import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encryptedFileStore } from '../../../../../src/cli/credentials/encrypted-file.ts'

let parent = ''
let dir = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'claw-credentials-'))
  dir = join(parent, 'config')
})
afterEach(() => rmSync(parent, { recursive: true }))

const mode = (path: string) => statSync(path).mode & 0o777
const file = (name: string) => join(dir, name)

describe('the encrypted file', () => {
  it('returns what was stored, by account', async () => {
    const store = encryptedFileStore(dir)
    expect(await store.get('a')).toBeUndefined()
    await store.set('a', 'one')
    await store.set('b', 'two')
    await store.set('a', 'three 🔑')
    expect([await encryptedFileStore(dir).get('a'), await store.get('b')]).toEqual(['three 🔑', 'two'])
    await store.delete('a')
    await store.delete('a')
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, 'two'])
  })

  it('is accessible to its owner only, even if it was not before', async () => {
    await encryptedFileStore(dir).set('a', 'one')
    expect([mode(dir), mode(file('credentials.json')), mode(file('credentials.key'))]).toEqual([0o700, 0o600, 0o600])
    chmodSync(file('credentials.json'), 0o644)
    await encryptedFileStore(dir).set('b', 'two')
    expect(mode(file('credentials.json'))).toBe(0o600)
    expect(readdirSync(dir).toSorted()).toEqual(['credentials.json', 'credentials.key'])
  })

  it('contains neither the secret nor the same bytes twice', async () => {
    const store = encryptedFileStore(dir)
    await store.set('a', 'canary-value')
    const first = readFileSync(file('credentials.json'), 'utf8')
    await store.set('a', 'canary-value')
    expect(readFileSync(file('credentials.json'), 'utf8')).not.toBe(first)
    expect(first).not.toContain('canary')
    expect(first).not.toContain(Buffer.from('canary-value').toString('base64').slice(0, 12))
  })

  it.each([
    ['an entry under another name', (entries: Record<string, string>) => ({ b: entries['a'] })],
    ['a changed byte', ({ a = '' }: Record<string, string>) => ({ b: `${a.startsWith('A') ? 'B' : 'A'}${a.slice(1)}` })],
    ['an entry that was cut', ({ a = '' }: Record<string, string>) => ({ b: a.slice(0, 20) })],
  ])('does not open %s', async (_, change) => {
    const store = encryptedFileStore(dir)
    await store.set('a', 'one')
    writeFileSync(file('credentials.json'), JSON.stringify(change(JSON.parse(readFileSync(file('credentials.json'), 'utf8')))))
    await expect(store.get('b')).rejects.toThrow(expect.objectContaining({ code: 'auth.required' }))
  })

  it.each(['', 'c2hvcnQ='])('does not open with the key %j', async key => {
    const store = encryptedFileStore(dir)
    await store.set('a', 'one')
    writeFileSync(file('credentials.key'), key)
    await expect(store.get('a')).rejects.toThrow(expect.objectContaining({ code: 'auth.required' }))
  })

  it('keeps the key of the first of many logins', async () => {
    await Promise.all(['a', 'b', 'c'].map(account => encryptedFileStore(dir).set(account, account)))
    const key = readFileSync(file('credentials.key'), 'utf8')
    await encryptedFileStore(dir).set('d', 'd')
    expect(readFileSync(file('credentials.key'), 'utf8')).toBe(key)
    expect(await encryptedFileStore(dir).get('d')).toBe('d')
  })
})
