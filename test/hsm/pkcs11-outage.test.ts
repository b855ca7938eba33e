import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Keyring } from '../../server/keys/keyring.ts'
import { openPkcs11Keyring } from '../../server/keys/pkcs11/keyring.ts'
import type { Limits } from '../../server/keys/pkcs11/link.ts'
import { Problem } from '../../src/problem.ts'
import { makeShim, type Shim } from '../support/pkcs11-shim.ts'
import { makeSoftHsm, type SoftHsm } from '../support/softhsm.ts'

const DEADLINE_MS = 1_000
/** The tolerance for a busy machine. */
const SLACK_MS = 4_000
const QUICK = { deadlineMs: DEADLINE_MS, hangMs: 10_000, startMs: 30_000 }
const AAD = Buffer.from('aad')

let hsm: SoftHsm
let shim: Shim
beforeAll(async () => {
  hsm = await makeSoftHsm()
  shim = await makeShim(hsm)
  return () => hsm.remove()
})
const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0)) await step()
})

/** A keyring behind the shim, with one value under one KEK. */
async function installation(mode: 'per-vault' | 'wrapped', limits: Partial<Limits> = QUICK) {
  const token = await hsm.addToken()
  const events: string[] = []
  const log = (event: string) => void events.push(event)
  const keyring = await openPkcs11Keyring({ ...token, module: shim.module, mode, create: true, ...limits, log })
  onTestFinished(() => keyring.close())
  const kek = await keyring.createKek(crypto.randomUUID())
  const dek = randomBytes(32)
  const wrapped = await keyring.wrap(kek, dek, AAD)
  const read = async () => {
    const opened = await keyring.unwrap(kek, wrapped, AAD)
    expect(Buffer.from(opened)).toEqual(dek)
  }
  await read()
  return { keyring, kek, read, events }
}

/** How an operation fails, and after what time. */
async function failureOf(operation: () => Promise<unknown>) {
  const began = performance.now()
  const failure = await operation().then(
    () => undefined,
    error => error,
  )
  return { failure, ms: performance.now() - began }
}

function isUnavailable(failure: unknown): boolean {
  return failure instanceof Problem && failure.code === 'keys.unavailable' && Number(failure.extras.retryAfter) >= 1
}

/** Waits until it works, for 20 seconds. */
async function recovers(operation: () => Promise<unknown>): Promise<void> {
  for (const until = performance.now() + 20_000; performance.now() < until; await sleep(50)) {
    const { failure } = await failureOf(operation)
    if (!failure) return
    if (!isUnavailable(failure)) throw failure
  }
  await operation()
}

const statusOf = async (keyring: Keyring) => (await keyring.status()).status

describe.each(['per-vault', 'wrapped'] as const)('a token that is gone (%s)', mode => {
  it('is reported, and used again when it is back', async () => {
    const { keyring, read, kek, events } = await installation(mode)
    await hsm.unplug()
    undo.push(() => hsm.plugIn().catch(() => {}))
    expect(await statusOf(keyring)).toBe('unavailable')
    const operations = [
      read,
      () => keyring.wrap(kek, randomBytes(32), AAD),
      () => keyring.sign(AAD),
      () => keyring.createKek('a'),
      () => keyring.destroyKek(kek),
    ]
    for (const operation of operations) {
      const { failure, ms } = await failureOf(operation)
      expect(failure).toSatisfy(isUnavailable)
      expect(ms).toBeLessThan(DEADLINE_MS + SLACK_MS)
    }
    await expect.poll(() => events.some(event => event.includes('cannot be used'))).toBe(true)
    expect(await keyring.status()).toEqual({ status: 'unavailable', connected: false })
    await hsm.plugIn()
    await recovers(read)
    expect(await keyring.status()).toEqual({ status: 'ok', connected: true })
    expect(events.at(-1)).toBe('the token is back')
  })
})

describe('a token that is gone', () => {
  it('is noticed by the first operation, without a status in between', async () => {
    const { keyring, read, kek } = await installation('per-vault')
    await hsm.unplug()
    undo.push(() => hsm.plugIn().catch(() => {}))
    const { failure } = await failureOf(() => keyring.destroyKek(kek))
    expect(failure).toSatisfy(isUnavailable)
    await hsm.plugIn()
    await recovers(read)
  })
})

describe.each(['per-vault', 'wrapped'] as const)('a module that hangs (%s)', mode => {
  it('delays only its own callers, until their deadline', async () => {
    const { keyring, read } = await installation(mode)
    const release = await shim.hang()
    undo.push(release)
    const lag = monitorEventLoopDelay({ resolution: 10 })
    lag.enable()

    const first = await Promise.all(Array.from({ length: 50 }, () => failureOf(read)))
    for (const { failure, ms } of first) {
      expect(failure).toSatisfy(isUnavailable)
      expect(ms).toBeGreaterThan(DEADLINE_MS - 20)
      expect(ms).toBeLessThan(DEADLINE_MS + SLACK_MS)
    }
    // The circuit breaker is open: from now on calls fail immediately.
    const next = [await failureOf(read), await failureOf(read), await failureOf(read)]
    for (const { failure } of next) expect(failure).toSatisfy(isUnavailable)
    expect(Math.min(...next.map(({ ms }) => ms))).toBeLessThan(DEADLINE_MS / 2)
    expect(await keyring.status()).toEqual({ status: 'unavailable', connected: false })

    lag.disable()
    expect(lag.percentile(99) / 1e6).toBeLessThan(DEADLINE_MS / 2)
    await release()
    await recovers(read)
    expect(await statusOf(keyring)).toBe('ok')
  })
})

describe('a hang', () => {
  it('that is short ends the outage without a new login', async () => {
    const { keyring, read } = await installation('per-vault', { ...QUICK, hangMs: 30_000 })
    const logins = await shim.logins()
    const release = await shim.hang()
    undo.push(release)
    expect((await failureOf(read)).failure).toSatisfy(isUnavailable)
    await release()
    await recovers(read)
    expect(await shim.logins()).toBe(logins)
    expect(await statusOf(keyring)).toBe('ok')
  })

  it('that lasts gets the worker replaced, also when the next one hangs at once', async () => {
    const { read, events } = await installation('per-vault', { ...QUICK, hangMs: 2_500, startMs: 6_000 })
    const release = await shim.hang()
    undo.push(release)
    expect((await failureOf(read)).failure).toSatisfy(isUnavailable)
    await expect.poll(() => events.some(event => event.includes('hangs'))).toBe(true)
    await expect.poll(() => events.some(event => event.includes('cannot be used'))).toBe(true)
    await release()
    await recovers(read)
  })

  it('does not keep a keyring from closing', async () => {
    const { keyring, read } = await installation('per-vault')
    const release = await shim.hang()
    undo.push(release)
    const pending = failureOf(read)
    await expect.poll(shim.isHanging, { interval: 10 }).toBe(true)
    const began = performance.now()
    await keyring.close()
    expect(performance.now() - began).toBeLessThan(2_000 + SLACK_MS)
    expect((await pending).failure).toSatisfy(isUnavailable)
    expect((await failureOf(read)).failure).toSatisfy(isUnavailable)
    expect(await statusOf(keyring)).toBe('unavailable')
  })
})

describe('a module that crashes', () => {
  it('takes only its worker with it', async () => {
    const { keyring, read } = await installation('per-vault')
    const mend = await shim.crash()
    undo.push(mend)
    const { failure, ms } = await failureOf(read)
    expect(failure).toSatisfy(isUnavailable)
    expect(ms).toBeLessThan(DEADLINE_MS + SLACK_MS)
    await mend()
    await recovers(read)
    expect(await statusOf(keyring)).toBe('ok')
  })
})

describe('a device that is broken', () => {
  it('does not look like broken data, though SoftHSM says the same of both', async () => {
    const { keyring, read, kek } = await installation('per-vault')
    await expect(keyring.unwrap(kek, randomBytes(61).fill(1, 0, 1), AAD)).rejects.toMatchObject({ code: 'secret.unreadable' })
    const mend = await shim.fail()
    undo.push(mend)
    expect((await failureOf(read)).failure).toSatisfy(isUnavailable)
    await mend()
    await recovers(read)
  })
})

describe('too many callers', () => {
  it('are told to come back, and the others are served', async () => {
    const { keyring } = await installation('per-vault')
    const release = await shim.hang()
    undo.push(release)
    const codes = await Promise.all(
      Array.from({ length: 20_500 }, () =>
        keyring.sign(AAD).then(
          () => 'done',
          (problem: Problem) => problem.code,
        ),
      ),
    )
    expect(codes.filter(code => code === 'server.busy')).toHaveLength(500)
    expect(codes.filter(code => code === 'keys.unavailable')).toHaveLength(20_000)
  })
})
