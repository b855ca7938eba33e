import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { makeShim, type Shim } from '../support/pkcs11-shim.ts'
import { makeSoftHsm, type SoftHsm } from '../support/softhsm.ts'

const KEYRING = new URL('../../server/keys/pkcs11/keyring.ts', import.meta.url).href
/** A minimal server: opens the keyring, reports it, and executes commands. */
const SERVER = `
  import { openPkcs11Keyring } from '${KEYRING}'
  const keyring = await openPkcs11Keyring(JSON.parse(process.env.TEST_TOKEN))
  process.on('message', order => {
    if (order === 'stop') process.exit(5)
    keyring.sign(Buffer.from('x')).then(() => process.send('signed'), () => {})
  })
  process.send('ready')
`

let hsm: SoftHsm
let shim: Shim
beforeAll(async () => {
  hsm = await makeSoftHsm()
  shim = await makeShim(hsm)
  return () => hsm.remove()
})

async function server() {
  const token = { ...(await hsm.addToken()), module: shim.module, mode: 'per-vault', create: true }
  const child = spawn(process.execPath, ['--input-type=module', '-e', SERVER], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, TEST_TOKEN: JSON.stringify(token) },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return { child, worker: workerOf(child) }
}

/** The only process that the server has started (Linux). */
function workerOf({ pid }: ChildProcess): number {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  expect(pids).toHaveLength(1)
  return Number(pids[0])
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}/exe`)

describe('the worker process', () => {
  it('ends when its server is killed', async () => {
    const { child, worker } = await server()
    expect(isAlive(worker)).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => isAlive(worker)).toBe(false)
  })

  it('does not keep a server from stopping while the module hangs, and stops with it', async () => {
    const { child, worker } = await server()
    const release = await shim.hang()
    onTestFinished(release)
    child.send('sign')
    await expect.poll(shim.isHanging).toBe(true)
    const began = performance.now()
    child.send('stop')
    const [code] = await once(child, 'exit')
    expect(code).toBe(5)
    expect(performance.now() - began).toBeLessThan(15_000)
    await expect.poll(() => isAlive(worker)).toBe(false)
  })

  it('is not ended by a Ctrl-C that the server handles', async () => {
    const { child, worker } = await server()
    process.kill(worker, 'SIGINT')
    process.kill(worker, 'SIGTERM')
    // It answers after it has received them.
    child.send('sign')
    expect(await once(child, 'message')).toEqual(['signed', undefined])
    expect(isAlive(worker)).toBe(true)
    child.send('stop')
    const [code] = await once(child, 'exit')
    expect(code).toBe(5)
  })

  it('has no secret in its arguments', async () => {
    const { child, worker } = await server()
    const { pin } = JSON.parse(readFileSync(`/proc/${child.pid}/environ`, 'utf8').match(/TEST_TOKEN=([^\0]*)/)?.[1] ?? '{}')
    expect(pin).toMatch(/^[0-9a-f]{12}$/)
    expect(readFileSync(`/proc/${worker}/cmdline`, 'utf8')).not.toContain(pin)
  })
})
