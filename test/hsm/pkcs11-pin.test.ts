import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openPkcs11Keyring } from '../../server/keys/pkcs11/keyring.ts'
import { makeShim, type Shim } from '../support/pkcs11-shim.ts'
import { makeSoftHsm, type SoftHsm } from '../support/softhsm.ts'

const REST = { mode: 'per-vault', create: true, deadlineMs: 1_000 } as const

let hsm: SoftHsm
let shim: Shim
beforeAll(async () => {
  hsm = await makeSoftHsm()
  shim = await makeShim(hsm)
  return () => hsm.remove()
})

/** Running child processes of this process (Linux). */
const children = () => readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim()

describe('the PIN', () => {
  it('is used once by a server that works', async () => {
    const token = await hsm.addToken()
    const before = await shim.logins()
    const keyring = await openPkcs11Keyring({ ...token, module: shim.module, ...REST, deadlineMs: 30_000 })
    await Promise.all(Array.from({ length: 300 }, () => keyring.sign(Buffer.from('x'))))
    await keyring.close()
    expect((await shim.logins()) - before).toBe(1)
  })

  it('is tried only once in a process when it is wrong', async () => {
    const token = await hsm.addToken()
    const wrong = { ...token, pin: 'not-the-pin', module: shim.module, ...REST }
    const before = await shim.logins()
    const others = children()
    const refusal = await openPkcs11Keyring(wrong).catch(error => error)
    expect(refusal).toMatchObject({
      code: 'config.invalid',
      message: `The token "${token.tokenLabel}" does not accept the PIN.`,
      extras: { hint: expect.stringContaining('tried once') },
    })
    expect(JSON.stringify([refusal.message, refusal.extras, String(refusal.stack)])).not.toContain('not-the-pin')
    // No process is left that could try it.
    await expect.poll(children).toBe(others)
    expect((await shim.logins()) - before).toBe(1)
    await expect(openPkcs11Keyring(wrong)).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(openPkcs11Keyring({ ...wrong, pin: token.pin })).rejects.toMatchObject({ code: 'config.invalid' })
    expect((await shim.logins()) - before).toBe(1)
  })

  it('is not tried if a wrong one would lock the token', async () => {
    const token = await hsm.addToken()
    const release = await shim.nearlyLock()
    const before = await shim.logins()
    try {
      await expect(openPkcs11Keyring({ ...token, module: shim.module, ...REST })).rejects.toMatchObject({
        code: 'config.invalid',
        message: expect.stringContaining('was not tried'),
      })
    } finally {
      await release()
    }
    expect((await shim.logins()) - before).toBe(0)
  })

  it('is retried when the token comes back with another PIN, and then given up permanently', async () => {
    const token = await hsm.addToken()
    const events: string[] = []
    const log = (event: string) => void events.push(event)
    const keyring = await openPkcs11Keyring({ ...token, module: shim.module, ...REST, log })
    await hsm.tool(token, '--change-pin', '--new-pin', `${token.pin}-new`)
    const before = await shim.logins()
    await hsm.unplug()
    expect((await keyring.status()).status).toBe('unavailable')
    await hsm.plugIn()
    await expect.poll(async () => (await shim.logins()) - before).toBe(1)
    await expect.poll(() => events.at(-1), { timeout: 5_000 }).toContain('pin')
    // After giving up, only a restart tries again.
    await expect(keyring.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'keys.unavailable', extras: { retryAfter: 60 } })
    expect((await shim.logins()) - before).toBe(1)
    expect(await keyring.status()).toEqual({ status: 'unavailable', connected: false })
    await keyring.close()
  })
})
