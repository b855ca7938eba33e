import { expect, it } from 'vitest'
import { isLoopback } from '../../../../../server/http/bounds/local.ts'
import { attempts } from '../../../../../server/modules/sealing/attempts.ts'

const far = (ip: string) => ({ ip, isLocal: false })
const MACHINE = { ip: '127.0.0.1', isLocal: true }

it('a network of many addresses is locked out together, but never the machine itself', () => {
  let now = 0
  const tries = attempts(() => now)
  for (let index = 0; index < 25; index++) {
    const stranger = far(`203.0.113.${index}`)
    tries.ensureOpen(stranger)
    tries.failed(stranger, 'passphrase')
  }
  expect(() => tries.ensureOpen(far('198.51.100.7'))).toThrow('try again in 15 minutes')
  tries.ensureOpen(MACHINE)
  for (let index = 0; index < 5; index++) tries.failed(MACHINE, 'share')
  expect(() => tries.ensureOpen(MACHINE)).toThrow('Too many wrong attempts')
  now += 14.5 * 60_000
  expect(() => tries.ensureOpen(far('198.51.100.7'))).toThrow('try again in a minute')
  now += 30_000
  tries.ensureOpen(far('198.51.100.7'))
  tries.ensureOpen(MACHINE)
  expect(tries.all().count).toBe(30)
})

it('a request through a proxy on the machine does not count as the machine itself', () => {
  const tries = attempts(() => 0)
  for (let index = 0; index < 25; index++) tries.failed(far('127.0.0.1'), 'passphrase')
  expect(() => tries.ensureOpen(far('127.0.0.1'))).toThrow('Too many wrong attempts')
  expect(() => tries.ensureOpen(far('203.0.113.9'))).toThrow('Too many wrong attempts')
  tries.ensureOpen(MACHINE)
})

it('the first hundred wrong attempts are kept, and all are counted', () => {
  const tries = attempts(() => 1)
  for (let index = 0; index < 150; index++) tries.failed(MACHINE, 'passphrase')
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
])('%s counts as the machine itself: %s', (ip, own) => {
  expect(isLoopback(ip)).toBe(own)
})
