import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anvilOf, started } from '../support/fixtures.ts'
import { ROOT } from '../support/house/files.ts'
import { recordOf } from '../support/json/story.ts'

/** Commands whose output is not JSON, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  completion: 'prints the script of a shell',
  run: 'becomes the program that it runs, which prints what it likes',
  serve: 'runs until it is ended; test/cli/run-binary.test.ts reads its line',
  ui: 'is a screen, and refuses --json',
  'secrets:edit': 'opens an editor on a terminal',
}

const it = test
  .extend(
    'place',
    { scope: 'file' },
    started(
      async () => mkdtempSync(join(tmpdir(), 'claw-json-')),
      place => rmSync(place, { recursive: true }),
    ),
  )
  .extend('anvil', { scope: 'file' }, anvilOf())

describe('--json', () => {
  it('prints for every command what the golden file has', { timeout: 120_000 }, async ({ place, anvil }) => {
    const { ids, text } = await recordOf(place, anvil)
    const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, object>
    }
    const missing = Object.keys(commands).filter(id => !ids.has(id))
    expect(missing.sort(), 'type the command in test/support/json, or say in OTHERS why it has no answer').toEqual(
      Object.keys(OTHERS).sort(),
    )
    await expect(text()).toMatchFileSnapshot('../golden/json.txt')
  })
})
