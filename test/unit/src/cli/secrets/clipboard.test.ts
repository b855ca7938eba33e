import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copied } from '../../../../../src/cli/secrets/clipboard.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../../../../support/fake-context.ts'
import { runCommand } from '../../../../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-clipboard-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A stand-in for xclip that keeps the clipboard in a file. */
function clipboard() {
  const program = join(folder, 'xclip')
  writeFileSync(program, `#!/bin/sh\nif [ "$3" = -in ]; then /bin/cat > '${folder}/held'; else /bin/cat '${folder}/held'; fi\n`)
  chmodSync(program, 0o755)
  return { env: { ...SIGNED_IN, PATH: folder, DISPLAY: ':0' }, held: () => readFileSync(join(folder, 'held'), 'utf8') }
}

describe('the clipboard', () => {
  it('gets the value, and is cleared if it still holds it', async () => {
    const { env, held } = clipboard()
    const child = copied({ env, cwd: folder }, "s3cret\n'x", 300)
    expect(held()).toBe("s3cret\n'x")
    await once(child, 'exit')
    expect(held()).toBe('')
  })

  it('keeps what was copied since', async () => {
    const { env, held } = clipboard()
    const child = copied({ env, cwd: folder }, 's3cret', 300)
    writeFileSync(join(folder, 'held'), 'other')
    await once(child, 'exit')
    expect(held()).toBe('other')
  })
})

describe('secrets get --copy', () => {
  const replies = {
    'secrets.get': () => ({
      id: VAULT_ID,
      path: 'a',
      type: 'generic',
      version: 2,
      created_at: '2026-03-01T12:00:00Z',
      value: 's3cret',
    }),
  }

  it('prints nothing and says when the clipboard is cleared', async () => {
    const { env, held } = clipboard()
    const world = fakeWorld({ env, replies, cwd: folder })
    await runCommand(world.context, 'secrets', 'get', 'a', '--copy', '--clear-after', '1s')
    expect([world.stdout(), world.stderr(), world.exitCode()]).toEqual([
      '',
      'Copied a (version 2). The clipboard is cleared in 1s.\n',
      0,
    ])
    await expect.poll(held, { timeout: 10_000 }).toBe('')
  })

  it('reports that there is no clipboard, and prints nothing', async () => {
    const world = fakeWorld({ env: { ...SIGNED_IN, PATH: folder }, replies, cwd: folder })
    await runCommand(world.context, 'secrets', 'get', 'a', '--copy')
    expect([world.stdout(), world.exitCode(), existsSync(join(folder, 'held'))]).toEqual(['', 2, false])
    expect(world.stderr()).toContain('No clipboard')
  })

  it.each([
    [['a', '--copy', '--json']],
    [['a', '--copy', '--out-file', 'x']],
    [['a', 'b', '--copy']],
    [['a', '--clear-after', '1s']],
    [['a', '--copy', '--clear-after', 'soon']],
  ])('refuses %j before any request', async words => {
    const world = fakeWorld({ env: clipboard().env, replies, cwd: folder })
    await runCommand(world.context, 'secrets', 'get', ...words)
    expect([world.exitCode(), world.asked]).toEqual([2, []])
  })
})
