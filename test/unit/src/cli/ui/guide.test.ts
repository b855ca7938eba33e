import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ACTIONS } from '../../../../../src/cli/ui/actions.ts'
import { ROOT } from '../../../../support/house/files.ts'

it('the guide of the interface names its keys', () => {
  const guide = readFileSync(join(ROOT, 'docs/guides/ui.md'), 'utf8')
  const rows = [...guide.matchAll(/^\| `([^`]+)` +\| (.+?) +\|$/gm)].map(([, key, says]) => [key, says])
  expect(rows).toEqual(ACTIONS.map(({ key, says }) => [key, says]))
})

it('no key has two actions', () => {
  expect(new Set(ACTIONS.map(({ key }) => key)).size).toBe(ACTIONS.length)
})
