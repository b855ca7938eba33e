import { expect, it } from 'vitest'
import { sourceFiles } from '../support/house/files.ts'
import { SHOWN } from '../support/shown-views.ts'

/** The elements that make a separate page or dialog; `ui` defines them. */
const OPENS = /<(?:Page|Heading|Dialog|Confirm)\b(?=[\s>])|\bpopover="auto"/g
const MADE_OF = ['ui/dialog/confirm.tsx', 'ui/dialog/dialog.tsx', 'ui/layout/page.tsx', 'ui/heading.tsx']

const CONSOLE = 'server/console/'
const files = sourceFiles()
const opening = new Map(
  files
    .filter(({ path }) => path.startsWith(CONSOLE) && path.endsWith('.tsx'))
    .map(({ path, text }) => [path.slice(CONSOLE.length), text.match(OPENS)?.length ?? 0] as const)
    .filter(([path, count]) => count > 0 && !MADE_OF.includes(path)),
)

it('every page and dialog of the console is part of an audited view', () => {
  expect(opening.size).toBeGreaterThan(80)
  const missing = [...opening].filter(([path, count]) => (SHOWN[path]?.length ?? 0) !== count)
  expect(missing.map(([path, count]) => `${path}: ${count} pages or dialogs, ${SHOWN[path]?.length ?? 0} in SHOWN`)).toEqual([])
  expect(Object.keys(SHOWN).filter(path => !opening.has(path))).toEqual([])
})

it('every named view exists', () => {
  const views = files.filter(({ path }) => /^test\/support\/[\w-]*-views\.ts$|^test\/browser\/.*-quality\.test\.ts$/.test(path))
  const text = views.map(each => each.text).join('\n')
  const isThere = (name: string) =>
    text.includes(`\n  '${name}':`) ||
    text.includes(`\n  ${name}:`) ||
    text.includes(`\n    '${name}':`) ||
    text.includes(`\n    ${name}:`)
  const named = new Set(Object.values(SHOWN).flat())
  expect([...named].filter(name => !isThere(name))).toEqual([])
})
