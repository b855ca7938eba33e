import { expect, it } from 'vitest'
import { attempts } from '../../../../../server/modules/sealing/attempts.ts'
import { isLoopback } from '../../../../../server/modules/sealing/loopback.ts'

it('locks a network of many addresses out together, and never the machine itself with them', () => {
  let now = 0
  const tries = attempts(() => now)
  for (let index = 0; index < 25; index++) {
    const ip = `203.0.113.${index}`
    tries.ensureOpen(ip)
    tries.failed({ kind: 'passphrase', ip })
  }
  expect(() => tries.ensureOpen('198.51.100.7')).toThrow('try again in 15 minutes')
  tries.ensureOpen('127.0.0.1')
  for (let index = 0; index < 5; index++) tries.failed({ kind: 'share', ip: '::1' })
  expect(() => tries.ensureOpen('::1')).toThrow('Too many wrong attempts')
  now += 14.5 * 60_000
  expect(() => tries.ensureOpen('198.51.100.7')).toThrow('try again in a minute')
  now += 30_000
  tries.ensureOpen('198.51.100.7')
  tries.ensureOpen('::1')
  expect(tries.all().count).toBe(30)
})

it('keeps the first hundred wrong attempts, and counts all', () => {
  const tries = attempts(() => 1)
  for (let index = 0; index < 150; index++) tries.failed({ kind: 'passphrase', ip: '127.0.0.1' })
  expect([tries.all().kept.length, tries.all().count]).toEqual([100, 150])
})

it.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['203.0.113.9', false],
  ['::ffff:203.0.113.9', false],
  ['localhost', false],
])('takes %s for the machine itself: %s', (ip, own) => {
  expect(isLoopback(ip)).toBe(own)
})
