import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askChild, keychainStore } from '../../../../../src/cli/credentials/keychain.ts'
import type { KeychainRequest } from '../../../../../src/cli/credentials/keychain-child.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-keychain-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A child program that does this. */
function program(source: string): string {
  const file = join(folder, 'child.mjs')
  writeFileSync(file, source)
  return file
}

describe('the keychain', () => {
  it('receives the secret on stdin, not in argv', async () => {
    const seen = join(folder, 'seen')
    const child = program(`
      import { readFileSync, writeFileSync } from 'node:fs'
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ argv: process.argv.slice(2), stdin: readFileSync(0, 'utf8') }))
      console.log('{"value":"v"}')`)
    const request: KeychainRequest = { verb: 'set', account: 'a', secret: 'canary' }
    expect(await askChild(request, child)).toEqual({ value: 'v' })
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual({ argv: [], stdin: JSON.stringify(request) })
  })

  it('is given up in time when it hangs, and its child is ended', async () => {
    const child = program(`
      import { readFileSync } from 'node:fs'
      readFileSync(0)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`)
    const began = performance.now()
    expect(await askChild({ verb: 'get', account: 'a' }, child, 400)).toEqual({ error: 'no response within 0.4 s' })
    expect(performance.now() - began).toBeLessThan(15_000)
  })

  it.each([
    ['crashes', 'process.exit(1)'],
    ['says something else', 'console.log("hello")'],
  ])('is not available when it %s', async (_, source) => {
    expect(await askChild({ verb: 'get', account: 'a' }, program(source))).toEqual({ error: 'it failed without a reason' })
  })

  it('returns a value, nothing, or a problem that says what to do', async () => {
    const of = (answer: { value?: string | null } | { error: string }) => keychainStore(async () => answer).get('a')
    expect(await of({ value: 'v' })).toBe('v')
    expect(await of({ value: null })).toBeUndefined()
    await expect(of({ error: 'it is locked' })).rejects.toThrow('The OS keychain cannot be used: it is locked.')
  })
})
