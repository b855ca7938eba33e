import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { masker } from '../../../../../src/cli/env/mask.ts'
import { computedSince } from '../../../../support/computing.ts'

/** Feeds the text in pieces of the given size and returns the complete output. */
function masked(values: readonly string[], text: string | Buffer, size = Number.POSITIVE_INFINITY): string {
  const mask = masker(values)
  const bytes = Buffer.from(text)
  const out: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) out.push(mask.push(bytes.subarray(at, Math.min(bytes.length, at + size))))
  return Buffer.concat([...out, mask.flush()]).toString()
}

const SIZES = [1, 2, 3, 5, 7, 64, Number.POSITIVE_INFINITY]
const TRICKY = `p@ss "w'rd" $HOME/\\ ü€ & 100%`

describe('a masker', () => {
  it.each(SIZES)('hides a value however the stream is split (%s bytes at a time)', size => {
    expect(masked(['s3cret-value'], 'a s3cret-value b s3cret-valu s3cret-values3cret-value.', size)).toBe(
      'a ***** b s3cret-valu **********.',
    )
  })

  it.each(SIZES)('hides the longest of several, and overlapping ones as one (%s bytes at a time)', size => {
    expect(masked(['abcd', 'abcdefgh', 'ghij'], '.abcd.abcdef.abcdefgh.abcdefghij.ghij', size)).toBe(
      '.*****.*****ef.*****.*****.*****',
    )
  })

  it.each(SIZES)('does not change other bytes (%s bytes at a time)', size => {
    const noise = randomBytes(5000)
    const mask = masker(['s3cret-value'])
    const out: Buffer[] = []
    for (let at = 0; at < noise.length; at += size) out.push(mask.push(noise.subarray(at, Math.min(noise.length, at + size))))
    expect(Buffer.compare(Buffer.concat([...out, mask.flush()]), noise)).toBe(0)
  })

  it('delays only what can still become a value', () => {
    const mask = masker(['s3cret-value'])
    expect(mask.push(Buffer.from('Name: ')).toString()).toBe('Name: ')
    expect(mask.push(Buffer.from('x s3cr')).toString()).toBe('x ')
    expect(mask.push(Buffer.from('!')).toString()).toBe('s3cr!')
    expect(mask.push(Buffer.from('tail s3')).toString()).toBe('tail ')
    expect(mask.flush().toString()).toBe('s3')
  })

  it('does not mask values that are too short', () => {
    expect(masked(['yes', '1', ''], 'yes 1 no')).toBe('yes 1 no')
  })

  it('hides each line of a value with several, and leaves the short ones', () => {
    const key = '-----BEGIN KEY-----\nMIIabc+/=\nxy\n-----END KEY-----\n'
    expect(masked([key], 'a\r\nMIIabc+/=\r\nxy\r\n')).toBe('a\r\n*****\r\nxy\r\n')
    expect(masked([key], `<${key}>`)).toBe('<*****>')
  })
})

describe('the forms of a value', () => {
  const forms: Record<string, string> = {
    base64: Buffer.from(TRICKY).toString('base64'),
    base64url: Buffer.from(TRICKY).toString('base64url'),
    url: encodeURIComponent(TRICKY),
    form: new URLSearchParams({ v: TRICKY }).toString().slice(2),
    json: JSON.stringify(TRICKY).slice(1, -1),
    'single quotes': TRICKY.replaceAll("'", "'\\''"),
    'double quotes': TRICKY.replace(/["\\$`]/g, '\\$&'),
    'printf %q': execFileSync('bash', ['--norc', '-c', 'printf %q "$1"', '-', TRICKY], { env: { LC_ALL: 'C.UTF-8' } }).toString(),
    'ASCII-only JSON': `p@ss \\"w'rd\\" $HOME/\\\\ \\u00fc\\u20ac & 100%`,
    'set -x': execFileSync('bash', ['--norc', '-c', 'exec 2>&1; set -x; : "$1"', '-', TRICKY], { env: { LC_ALL: 'C.UTF-8' } })
      .toString()
      .trimEnd()
      .replace(/^\+ : '|'$/g, ''),
  }

  it.each(Object.entries(forms))('hides %s', (_, text) => {
    expect(masked([TRICKY], `<${text}>`, 3)).toBe('<*****>')
  })

  it('hides it within the base64 of something longer, at any offset', () => {
    const value = 'correct horse battery'
    for (const user of ['u', 'us', 'use', 'user']) {
      for (const tail of ['', '\n', '..']) {
        const text = Buffer.from(`${user}:${value}${tail}`).toString('base64')
        const left = masked([value], text)
        expect(left).toContain('*****')
        expect(Buffer.from(left.replace('*****', ''), 'base64').toString('latin1')).not.toContain('horse')
      }
    }
  })
})

it('masks 32 MiB of ordinary output in seconds', () => {
  const mask = masker([TRICKY, 's3cret-value', randomBytes(4096).toString('hex')])
  const chunk = Buffer.from('GET /index.html 200 12ms user=alice s3cret\n'.repeat(1500))
  const started = process.cpuUsage()
  for (let sent = 0; sent < 32 * 1024 * 1024; sent += chunk.length) mask.push(chunk)
  expect(computedSince(started)).toBeLessThan(8000)
})

describe('the hint about delayed output', () => {
  const typed = (...chunks: string[]) => {
    const mask = masker(['hunter2-s3cret', 'first line\nsecond line'])
    const out = chunks.map(chunk => `${mask.push(Buffer.from(chunk))}|${mask.tip()}`)
    return [...out, mask.flush().toString()].join(' ')
  }

  it('shows two bytes, once, and the rest of a value stays hidden', () => {
    expect(typed('a h', 'u', 'nter', '2-s3cret', '!')).toBe('a |h |u | *****| !| ')
    expect(typed('hunter', 'mittent')).toBe('|hu ntermittent| ')
    expect(typed('hunt')).toBe('|hu nt')
  })

  it('shows nothing of a masked value', () => {
    const mask = masker(['abcdefgh', 'efghijkl'])
    expect(mask.push(Buffer.from('abcdefgh')).toString() + mask.tip()).toBe('*****')
    expect(mask.push(Buffer.from('ijkl!')).toString() + mask.flush()).toBe('!')
  })

  it('works for a value whose lines were ended by a terminal', () => {
    expect(typed('first line\r\nsecond line.')).toBe('*****.| ')
  })
})
