import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openTerminal, type Terminal } from '../../support/terminal.ts'

let server: TestServer
let env: Record<string, string>
let terminal: Terminal | undefined

beforeAll(async () => {
  server = await startServer()
  const token = await signUp(server.url, newPerson())
  env = { ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token, HOME: tmpdir(), PAGER: 'less', LESS: 'FRX' }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  for (let index = 0; index < 12; index++) {
    const body = JSON.stringify({ name: `vault-${String(index).padStart(2, '0')}` })
    await fetch(`${server.url}/v1/vaults`, { method: 'POST', headers, body })
  }
})
afterAll(async () => {
  await terminal?.close()
  await server.close()
})

describe('a list that is longer than the terminal', { timeout: 60_000 }, () => {
  it('is shown page by page, and closed with q', async () => {
    terminal = openTerminal(['vaults', 'list'], { rows: 8, env })
    const first = await terminal.until(/^:/m)
    expect(first.join('\n')).not.toContain('vault-11')
    terminal.type('G')
    await terminal.until('vault-11')
    terminal.type('q')
    expect(await terminal.ended).toMatchObject({ exitCode: 0 })
    await terminal.close()
  })

  it('is printed at once with --no-pager', async () => {
    terminal = openTerminal(['vaults', 'list', '--no-pager'], { rows: 8, env })
    expect(await terminal.ended).toMatchObject({ exitCode: 0 })
    expect(terminal.everything()).toMatch(/NAME[\s\S]*vault-00[\s\S]*vault-11/)
    await terminal.close()
  })
})
