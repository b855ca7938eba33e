import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { locked } from '../../../src/cli/context/lock.ts'
import { settingsStore, withProfile } from '../../../src/cli/context/settings.ts'
import { encryptedFileStore } from '../../../src/cli/credentials/encrypted-file.ts'
import { newPerson, signUp } from '../../support/console.ts'
import { startProgram } from '../../support/program.ts'
import { openShell } from '../../support/shell.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'claw-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('many runs at once', () => {
  it('lose no settings', async () => {
    const shell = await openShell({ ONECLAW_CONFIG_DIR: dir })
    const names = Array.from({ length: 6 }, (_, i) => `p${i}`)
    await Promise.all(names.map(name => shell.type(`1claw config set api_url http://${name}.test --profile ${name}`)))
    const { profiles } = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as { profiles: object }
    expect(Object.keys(profiles).sort()).toEqual(names)
    expect(readdirSync(dir)).toEqual(['config.json'])
    await shell.close()
  })

  it('that sign in with a key all succeed, although the server allows one a second', { timeout: 90_000 }, async () => {
    const server = await startProgram(join(dir, 'data'), { ONECLAW_RATE_LIMITS: 'on' })
    const token = await signUp(server.url, newPerson())
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const made = await fetch(`${server.url}/v1/auth/api-keys`, { method: 'POST', headers, body: '{"name":"many"}' })
    const { api_key } = (await made.json()) as { api_key: string }
    const shell = await openShell({ ONECLAW_CONFIG_DIR: join(dir, 'config'), KEY: api_key, ONECLAW_API_URL: server.url })
    const line = (i: number) => `printf '%s\\n' "$KEY" | 1claw login --api-key - --profile p${i} --credential-store file`
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, i) => shell.type(line(i))))
    expect(outcomes.map(({ code, stderr }) => (code === 0 ? 'in' : stderr))).toEqual(outcomes.map(() => 'in'))
    const { profiles } = JSON.parse(readFileSync(join(dir, 'config', 'config.json'), 'utf8')) as { profiles: object }
    expect(Object.keys(profiles)).toHaveLength(12)
    await shell.close()
    await server.stop()
  })

  it('lose no login', async () => {
    const accounts = Array.from({ length: 20 }, (_, i) => `profile-${i}`)
    await Promise.all(accounts.map(account => encryptedFileStore(dir).set(account, `secret of ${account}`)))
    for (const account of accounts) expect(await encryptedFileStore(dir).get(account)).toBe(`secret of ${account}`)
  })

  it('lose no profile', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => settingsStore(dir).update(all => withProfile(all, `p${i}`, {}))))
    expect(Object.keys(settingsStore(dir).read().profiles)).toHaveLength(20)
  })
})

it('the first account of a server can be created from a pipe', async () => {
  const shell = await openShell({ ONECLAW_CONFIG_DIR: join(dir, 'config') })
  const line = `printf '%s\\n%s\\n' admin@example.com 'correct horse battery staple 42' | 1claw admin bootstrap --data-dir ${join(dir, 'data')}`
  expect(await shell.type(line)).toMatchObject({ code: 0, stderr: expect.stringContaining('is the administrator') })
  await shell.close()
})

describe('the lock', () => {
  const file = () => join(dir, 'file')

  it('of a dead run is removed', async () => {
    // No process has this number: it is above the maximum.
    writeFileSync(`${file()}.lock`, `4194305 ${hostname()} x`)
    expect(await locked(file(), () => 'done')).toBe('done')
    expect(readdirSync(dir)).toEqual([])
  })

  it('of a live run is waited for, and reported when that takes too long', async () => {
    writeFileSync(`${file()}.lock`, `${process.pid} ${hostname()} x`)
    await expect(locked(file(), () => 'done', 50)).rejects.toMatchObject({
      code: 'config.invalid',
      extras: { hint: `If no other run is active, remove ${file()}.lock.` },
    })
    expect(readdirSync(dir)).toEqual(['file.lock'])
  })

  it('is released when the work fails', async () => {
    await expect(locked(file(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(readdirSync(dir)).toEqual([])
  })
})
