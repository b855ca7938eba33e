import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { inParts } from '../../../../server/http/call/streamed-list.ts'
import { readSecrets } from '../../../../src/contract/secrets/secrets.ts'

const MIB = 1024 * 1024
const reply = { type: (value: string) => value }

/** Quotes and letters of several bytes, so wrongly cut text cannot be parsed. */
const secret = (version: number, size: number) => ({
  id: '5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10',
  path: `large/${version}`,
  type: 'generic',
  value: '"ключ\u2028'.repeat(size / 6),
  version,
  created_at: '2026-01-01T12:00:00.000Z',
  expires_at: '2026-02-01T12:00:00.000Z',
  unknown: 'never leaves',
})

it('a short reply is not changed', () => {
  const answer = { secrets: [secret(1, 1024)] }
  expect(inParts(readSecrets, answer, reply)).toBe(answer)
})

it('a long reply is written entry by entry, with other work in between', async () => {
  const secrets = Array.from({ length: 12 }, (_, n) => secret(n, 2 * MIB))
  let turns = 0
  let isOver = false
  const look = () => {
    turns++
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  const answer = inParts(readSecrets, { secrets }, reply)
  if (!(answer instanceof Readable)) throw new Error('The answer is no stream.')
  const written = await text(answer)
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(secrets.length)
  expect(JSON.parse(written)).toEqual({ secrets: secrets.map(({ unknown: _, ...rest }) => rest) })
})
