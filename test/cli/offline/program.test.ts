import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../support/run-program.ts'
import { startServer } from '../../support/server.ts'

describe('a program', () => {
  it('runs with cached values when the server has stopped, and the person is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'claw-offline-'))
    const server = await startServer()
    const post = async (path: string, body: object, token?: string, method = 'POST') => {
      const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
      return (await (await fetch(server.url + path, { method, headers, body: JSON.stringify(body) })).json()) as Record<
        string,
        string
      >
    }
    const account = { email: 'a@example.com', password: 'correct horse battery staple 42' }
    const { access_token: token = '' } = await post('/v1/auth/signup', account)
    const { id: vault = '' } = await post('/v1/vaults', { name: 'main' }, token)
    await post(`/v1/vaults/${vault}/secrets/app/token`, { value: 'two\nlines' }, token, 'PUT')
    await post(`/v1/vaults/${vault}/secrets/once`, { value: 'x', max_access_count: 2 }, token, 'PUT')
    const profiles = { default: { api_url: server.url, credential_store: 'file', vault: 'main' } }
    mkdirSync(join(folder, 'real'), { mode: 0o700 })
    writeFileSync(join(folder, 'real/config.json'), JSON.stringify({ profiles }), { mode: 0o600 })
    const env = { ONECLAW_CONFIG_DIR: join(folder, 'real'), ONECLAW_TOKEN: token, HOME: folder }
    const program = ['--', process.execPath, '-e', 'process.stdout.write(process.env.TOKEN)']
    const online = await runProgram(['run', 'app/token', 'once', '--cache-max-age', '1h', ...program], env)
    expect(online).toEqual({ stdout: 'two\nlines', stderr: '', code: 0 })
    await server.close()
    const words = ['run', 'app/token']
    const offline = await runProgram([...words, '--offline', ...program], env)
    expect(offline).toMatchObject({ stdout: 'two\nlines', code: 0 })
    expect(offline.stderr).toMatch(/^note: the server was not asked; app\/token from the cache of \d\d:\d\d, .* old\.\n$/)
    const last = await runProgram([...words, '--cache-max-age', '1h', '--mask', ...program], env)
    expect(last).toMatchObject({
      stdout: expect.stringMatching(/^\*+\n?\**$/),
      code: 0,
      stderr: expect.stringContaining('cannot be reached'),
    })
    expect(await runProgram([...words, ...program], env)).toMatchObject({ stdout: '', code: 7 })
    const limited = await runProgram(['run', 'once', '--offline', ...program], env)
    expect(limited).toMatchObject({ stdout: '', code: 7, stderr: expect.stringContaining('reads are limited is never cached') })
    expect(await runProgram([...words, '--offline', '--watch', ...program], env)).toMatchObject({ code: 2 })
    rmSync(folder, { recursive: true })
  })
})
