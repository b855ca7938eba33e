import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pagerOf, shownInPager } from '../../../../../src/cli/output/pager.ts'
import { printerOf } from '../../../../../src/cli/output/printer.ts'
import { PATH, SECRET_VALUE } from '../../../../../src/cli/output/views/resources.ts'
import { fakeWorld } from '../../../../support/fake-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'claw-pager-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the pager', () => {
  it.each([
    [{}, 'less'],
    [{ PAGER: 'more' }, 'more'],
    [{ PAGER: 'more', ONECLAW_PAGER: 'less -S' }, 'less -S'],
    [{ PAGER: 'more', ONECLAW_PAGER: '' }, undefined],
    [{ PAGER: 'cat' }, undefined],
    [{ TERM: 'dumb' }, undefined],
  ])('is chosen like Git’s: %j → %s', (env, command) => {
    expect(pagerOf(env)).toBe(command)
  })

  it('gets the whole text, run by the shell, with Git’s settings', async () => {
    const file = join(folder, 'shown')
    const text = 'line\n'.repeat(20_000)
    const env = { ...process.env, LESS: undefined, PAGER: `sh -c 'echo $LESS $LV; cat' > ${file}` }
    expect(await shownInPager(text, env, folder)).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe(`FRX -c\n${text}`)
  })

  it('can be closed before the end of the text', async () => {
    expect(await shownInPager('line\n'.repeat(200_000), { ...process.env, PAGER: 'true' }, folder)).toBe(true)
  })

  it('reports a missing or failing program, which has shown nothing', async () => {
    const broken = join(folder, 'broken')
    writeFileSync(broken, '')
    chmodSync(broken, 0o600)
    expect(await shownInPager('x', { ...process.env, PAGER: 'no-such-pager-of-ours' }, folder)).toBe(false)
    expect(await shownInPager('x', { ...process.env, PAGER: `${broken} --now 2>&-` }, folder)).toBe(false)
  })
})

describe('a table', () => {
  const paths = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `a/${index}` }))

  async function printed(count: number, flags: Parameters<typeof printerOf>[1] = {}, world = fakeWorld({ tty: true })) {
    await printerOf(world.context, flags).list(paths(count), PATH, 'None.')
    return { paged: world.paged.join(''), printed: world.stdout() }
  }

  it('is shown in the pager when it is longer than the screen', async () => {
    const { paged, printed: rest } = await printed(24)
    expect(paged).toContain('a/23')
    expect(rest).toBe('')
  })

  it.each([
    ['it fits', () => printed(22)],
    ['--no-pager is given', () => printed(50, { 'no-pager': true })],
    ['--no-input is given', () => printed(50, { 'no-input': true })],
    ['it is for a program', () => printed(50, { output: 'tsv' })],
    ['stdout is not a terminal', () => printed(50, {}, fakeWorld())],
  ])('is printed when %s', async (_, print) => {
    const { paged, printed: text } = await print()
    expect(paged).toBe('')
    expect(text).toContain('a/21')
  })

  it('is printed when the pager does not start', async () => {
    expect((await printed(50, {}, fakeWorld({ tty: true, pager: false }))).printed).toContain('a/49')
  })

  it('is printed if it contains values, however long', async () => {
    const world = fakeWorld({ tty: true })
    const secret = { id: '1', type: 'note', version: 1, value: 'hunter2', created_at: '2026-01-01T00:00:00Z' }
    const secrets = paths(50).map(({ path }) => ({ ...secret, path }))
    await printerOf(world.context, {}).list(secrets, SECRET_VALUE, '')
    expect(world.paged).toEqual([])
    expect(world.stdout()).toContain('hunter2')
  })
})
