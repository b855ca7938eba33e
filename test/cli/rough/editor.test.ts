import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { runProgram } from '../../support/run-program.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openTerminal, type Terminal } from '../../support/terminal.ts'

let server: TestServer
let folder = ''
let env: Record<string, string> = {}
let terminal: Terminal | undefined

beforeAll(async () => {
  server = await startServer()
  folder = mkdtempSync(join(tmpdir(), 'claw-editor-'))
  const editor = join(folder, 'editor')
  writeFileSync(editor, `#!/bin/sh\necho "$1" > '${folder}/where'\necho the editor has it\nexec tail -f /dev/null\n`)
  chmodSync(editor, 0o755)
  const token = await signUp(server.url, newPerson())
  env = { HOME: folder, ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token, ONECLAW_VAULT_ID: 'main', EDITOR: editor }
  await runProgram(['vaults', 'create', 'main'], env)
  await runProgram(['secrets', 'set', 'key', '--from-env', 'GIVEN'], { ...env, GIVEN: 'canary' })
})
afterEach(() => terminal?.close())
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** The command in a terminal with the editor open, and the file in the editor. */
async function editing(...words: string[]): Promise<{ shown: Terminal; file: string }> {
  rmSync(join(folder, 'where'), { force: true })
  const shown = openTerminal(words, { env })
  terminal = shown
  if (words[0] === 'ui') {
    await shown.until('❯ key')
    shown.type('e')
  }
  await shown.until('the editor has it')
  const file = readFileSync(join(folder, 'where'), 'utf8').trim()
  expect(readFileSync(file, 'utf8')).toBe('canary')
  return { shown, file }
}

describe('the file of a value that is being edited', { timeout: 60_000 }, () => {
  it.each([
    [['secrets', 'edit', 'key'], 'SIGTERM'],
    [['secrets', 'edit', 'key'], 'SIGHUP'],
    [['ui'], 'SIGTERM'],
  ] as const)('is gone when %j is ended by %s', async (words, signal) => {
    const { shown, file } = await editing(...words)
    shown.pty.kill(signal)
    await shown.ended
    expect(existsSync(dirname(file))).toBe(false)
  })

  it('is gone after Ctrl-C, which is the editor’s', async () => {
    const { shown, file } = await editing('secrets', 'edit', 'key')
    shown.type('\u0003')
    expect(await shown.ended).toMatchObject({ exitCode: 130 })
    expect(existsSync(dirname(file))).toBe(false)
    expect(shown.everything().replaceAll('\n', '')).toContain('failed; nothing was written.')
  })
})

it.each([
  ['nowhere/to-be-found', 127, 'was not found'],
  ['/etc/passwd', 126, 'cannot be run'],
])('the editor %s is named with what to do', async (editor, exitCode, what) => {
  terminal = openTerminal(['secrets', 'edit', 'key'], { env: { ...env, EDITOR: editor } })
  expect(await terminal.ended).toMatchObject({ exitCode })
  const text = terminal.everything().replaceAll('\n', '')
  expect(text).toContain(what)
  expect(text).toContain('Set EDITOR or VISUAL')
})
