import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedFiles } from '../../scripts/golden/files.ts'
import { ROOT } from '../support/house/files.ts'

describe('a generated file', () => {
  it.each(Object.values(generatedFiles(ROOT)))('is up to date: $path', async ({ path, text }) => {
    const file = join(ROOT, path)
    const committed = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const difference = differenceOf(committed, await text())
    expect(
      difference,
      `${path} is not what the sources say now. If the change is meant: npm run golden, and commit the file.`,
    ).toEqual([])
  })

  it.each([
    ['a\nb\n', 'a\nb\n', []],
    ['a\nb\n', 'a\nc\n', ['- b', '+ c']],
    ['a\nb\n', 'b\na\n', ['The order of its lines differs.']],
    ['', 'a\n', ['+ a']],
  ])('is compared line by line: %j, %j', (committed, made, difference) => {
    expect(differenceOf(committed, made)).toEqual(difference)
  })
})

const SHOWN = 30

/** The removed and added lines, so a failure shows the change and not the whole file. */
function differenceOf(committed: string, made: string): string[] {
  if (committed === made) return []
  const [before, after] = [committed.split('\n'), made.split('\n')]
  const [was, is] = [new Set(before), new Set(after)]
  const gone = before.filter(line => line !== '' && !is.has(line)).map(line => `- ${line}`)
  const come = after.filter(line => line !== '' && !was.has(line)).map(line => `+ ${line}`)
  const lines = [...gone, ...come]
  if (lines.length === 0) return ['The order of its lines differs.']
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} lines more`] : lines
}
