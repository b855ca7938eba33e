import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { PROGRAM } from '../../support/program.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { type Terminal, terminalOf } from '../../support/terminal.ts'

let server: TestServer
let home: string
let env: Record<string, string>
let terminal: Terminal

beforeAll(async () => {
  server = await startServer()
  home = await mkdtemp(join(tmpdir(), '1claw-prompts-'))
  const token = await signUp(server.url, newPerson())
  env = { ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token, HOME: home, PS1: 'shell> ' }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  await fetch(`${server.url}/v1/vaults`, { method: 'POST', headers, body: JSON.stringify({ name: 'main' }) })
})
afterEach(() => terminal.close())
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

/** A shell with job control that has asked for a hidden value. The exit code follows as `code=…`. */
async function asking(path: string): Promise<void> {
  terminal = terminalOf('/bin/bash', ['--norc', '--noprofile', '-i'], { env, cwd: home })
  await terminal.until('shell>')
  terminal.type(`alias claw="${process.execPath} ${PROGRAM}"\rclear\rclaw secrets set ${path} --vault main; echo "code=$?"\r`)
  await terminal.until(/Value of.*masked/)
}

describe('a question at a terminal', { timeout: 60_000 }, () => {
  it('is cancelled by the end of the input, without a word about the program itself', async () => {
    await asking('ended')
    terminal.type('\x04')
    const screen = (await terminal.until('code=130')).join('\n')
    expect(screen).toContain('error: Cancelled')
    expect(screen).not.toMatch(/Warning|await|run\.js/)
  })

  it('is asked again after a pause by Ctrl-Z, so that the value does not land in the shell', async () => {
    await asking('paused')
    terminal.type('half')
    terminal.type('\x1a')
    await terminal.until('Stopped')
    terminal.type('fg; echo "code=$?"\r')
    await terminal.until(/Value of.*masked[\s\S]*Value of.*masked/)
    terminal.type('whole\r')
    const screen = (await terminal.until('code=0')).join('\n')
    expect(screen).toContain('Wrote paused (version 1).')
    terminal.type('claw secrets get paused --vault main\r')
    await terminal.until(/^whole$/m)
  })

  it('refuses a value of several lines that is pasted, instead of storing the first and giving the others to the shell', async () => {
    await asking('pasted')
    terminal.type(`-----BEGIN KEY-----\r${'touch ran; echo abc\r'.repeat(400)}`)
    const screen = (await terminal.until('code=2')).join('\n')
    expect(screen).toContain('error: What you pasted has more than one line.')
    terminal.type('claw secrets list --vault main --output name; ls; echo "listed"\r')
    const after = (await terminal.until(/^listed$/m)).join('\n')
    expect(after).not.toMatch(/^(pasted|ran)$/m)
  })

  it('takes a pasted line with the end of line of Windows', async () => {
    await asking('windows')
    terminal.type('value\r\n')
    await terminal.until('code=0')
  })
})
