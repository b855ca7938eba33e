import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { helpPage, showHelp, styled } from '../../../../../src/cli/fast-path/help.ts'
import { hotRun } from '../../../../../src/cli/fast-path/table.ts'

const ROOT = join(import.meta.dirname, '../../../../..')
const PAGES = readFileSync(join(ROOT, 'bin/help.txt'), 'utf8')

/** All pages with oclif's styles, from a separate process: its libraries decide about colours when they are loaded. */
const STYLED = `
  const { helpTexts } = await import('./scripts/golden/commands.ts')
  const { manifestOf } = await import('./scripts/golden/manifest.ts')
  process.stdout.write(await helpTexts(process.cwd(), await manifestOf(process.cwd()), false))`

const terminal = (columns: number, written: string[] = []) => ({
  isTTY: true,
  columns,
  rows: 24,
  write: (text: string | Uint8Array) => void written.push(String(text)),
})

describe('the help of a command', () => {
  it('is styled as oclif styles it, for every command', () => {
    const env = { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' }
    const expected = execFileSync(process.execPath, ['--input-type=module', '-e', STYLED], { cwd: ROOT, env, encoding: 'utf8' })
    expect(expected).toContain('\u001b[1mUSAGE')
    expect(styled(PAGES)).toBe(expected)
  })

  it('is found by its words, with either switch', () => {
    const page = helpPage(['secrets', 'list', '--help'])
    expect(page).toMatch(/^List the secrets you can read, without their values\.\n\nUSAGE\n {2}\$ 1claw secrets list \[FLAGS\]\n/)
    expect(page).toMatch(/\n$/)
    expect(helpPage(['secrets', 'list', '-h'])).toBe(page)
  })

  it.each([
    [['--help']],
    [['secrets', '--help']],
    [['secrets', 'lst', '--help']],
    [['secrets', 'list', '--json', '--help']],
    [['restore', '--help']],
    [['run', '--', 'make', '--help']],
    [['list', 'secrets', '--help']],
  ])('is left to oclif for %j', words => {
    expect(helpPage(words)).toBeUndefined()
  })

  it('is left to oclif on a terminal that is narrower than the pages', async () => {
    expect(await hotRun(['secrets', 'list', '--help'], { stdout: terminal(79) })).toBeUndefined()
    expect(await hotRun(['secrets', 'list', '--help'], { stdout: terminal(80) })).toBeInstanceOf(Function)
  })

  it('is not meant where a program is asked for its own: that still runs without oclif', async () => {
    expect(await hotRun(['run', '--', 'make', '--help'], { stdout: terminal(80) })).toBeInstanceOf(Function)
    expect(await hotRun(['run', '--', 'git', '-h'], { stdout: terminal(79) })).toBeInstanceOf(Function)
  })

  it('has no styles where colours are not wanted', () => {
    const written: string[] = []
    for (const env of [{}, { NO_COLOR: '1' }]) showHelp({ stdout: terminal(80, written), env }, 'USAGE\n  $ 1claw')
    expect(written).toEqual(['\u001b[1mUSAGE\u001b[22m\n  $ 1claw', 'USAGE\n  $ 1claw'])
  })
})
