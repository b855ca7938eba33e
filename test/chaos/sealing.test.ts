import { spawn } from 'node:child_process'
import { hkdfSync, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRoot, readRoot, readRootBytes, sweepDrafts } from '../../server/keys/software/root-file.ts'
import { sealOf } from '../../server/keys/software/root-format.ts'
import { roundsOf } from '../support/chaos/rounds.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { inMemoryOf } from '../support/memory.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { sealFolder, shareFolder } from '../support/sealed.ts'

const PASSPHRASE = 'seven brown canaries sing at dawn'
const WRONG = 'eight grey canaries sleep at noon'
const ROUNDS = roundsOf(20)
const CHILD = fileURLToPath(new URL('../support/seal-child.ts', import.meta.url))

let dataDir = ''
let file = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), '1claw-sealing-'))
  file = join(dataDir, 'root.key')
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

it(`sealing and unsealing leave one readable file with the same key after each of ${ROUNDS} kills`, async () => {
  await createRoot({ file })
  const root = await readRoot({ file })
  const seen = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    const child = spawn(process.execPath, [CHILD, file, PASSPHRASE], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    await once(createInterface({ input: child.stdout }), 'line')
    // The moment in the next changes at which it dies is random; that is the point of this test.
    await sleep(randomInt(25))
    child.kill('SIGKILL')
    await exited
    const kind = sealOf((await readRootBytes(file)) ?? Buffer.alloc(0), file).kind
    seen.add(kind)
    expect(await readRoot(kind === 'none' ? { file } : { file, passphrase: PASSPHRASE })).toEqual(root)
    await sweepDrafts(file)
    expect(await readdir(dataDir)).toEqual(['root.key'])
  }
  expect([...seen].sort()).toEqual(['none', 'passphrase'])
})

describe('a sealed program', () => {
  let server: ServerProcess
  let token = ''
  let vaultId = ''
  afterEach(() => server.stop('SIGKILL'))

  const secret = async () =>
    (await apiOf(server.url, token).call('secrets.get', { params: { vault_id: vaultId, path: 'a' } })).value
  const sealStatus = () => apiOf(server.url).call('seal.status')
  const unseal = (body: { passphrase?: string; share?: string }) => apiOf(server.url).call('seal.unseal', { body })
  const restart = async () => {
    await server.stop('SIGKILL')
    server = await startProgram(dataDir, { ONECLAW_LOG_LEVEL: 'trace' })
  }

  beforeEach(async () => {
    server = await startProgram(dataDir)
    token = await signUp(server.url, newPerson())
    vaultId = (await apiOf(server.url, token).call('vaults.create', { body: { name: 'v' } })).id
    await apiOf(server.url, token).call('secrets.put', { params: { vault_id: vaultId, path: 'a' }, body: { value: 'kept' } })
    await server.stop()
  })

  it('has its keys in memory only while it is open, and typed secrets in neither its log nor its arguments', async () => {
    const root = (await readFile(file)).subarray(10, 42)
    const derived = (info: string) => Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), info, 32))
    const keys = { sealing: derived('1claw/software/kek-sealing/1'), signing: derived('1claw/software/signing-seed/1'), root }
    const needles = { ...keys, passphrase: Buffer.from(PASSPHRASE) }
    const found = () => inMemoryOf(server.child.pid ?? 0, needles)
    await sealFolder(dataDir, PASSPHRASE)
    await restart()
    expect(found() ?? []).toEqual([])
    await expect(unseal({ passphrase: WRONG })).rejects.toMatchObject({ message: 'The passphrase is wrong.' })
    expect(await unseal({ passphrase: PASSPHRASE })).toEqual({ sealed: false })
    expect(await secret()).toBe('kept')
    // Otherwise this would look for the wrong bytes. A look misses a part of the memory that is returned to the system just then.
    await expect
      .poll(() => found() ?? ['sealing', 'signing'], { interval: 500 })
      .toEqual(expect.arrayContaining(['sealing', 'signing']))
    await apiOf(server.url, token).call('seal.seal')
    await expect.poll(() => found() ?? [], { interval: 500 }).toEqual([])
    const log = server.log()
    expect(log).toContain('A wrong passphrase was given')
    expect(log).not.toMatch(/canaries/)
    expect(server.child.spawnargs.join(' ')).not.toMatch(/canaries/)
    expect(await unseal({ passphrase: PASSPHRASE })).toEqual({ sealed: false })
    expect(await secret()).toBe('kept')
  })

  it('forgets the shares it was given when it is killed, and opens with others afterwards', async () => {
    const [a = '', b = '', c = ''] = await shareFolder(dataDir, 4, 3)
    await restart()
    await unseal({ share: a })
    expect(await unseal({ share: b })).toMatchObject({ given: 2, threshold: 3 })
    await restart()
    expect(await sealStatus()).toMatchObject({ sealed: true, given: 0 })
    for (const share of [c, a]) await unseal({ share })
    expect(await unseal({ share: b })).toEqual({ sealed: false })
    expect(await secret()).toBe('kept')
    for (const share of [a, b, c]) expect(server.log()).not.toContain(share.slice(12, 30))
    // After a kill, it is sealed.
    await restart()
    expect((await sealStatus()).sealed).toBe(true)
  })
})
