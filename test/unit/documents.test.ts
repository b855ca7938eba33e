import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/house/files.ts'

const DECISIONS = 'docs/decisions'
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const documents = [
  ...readdirSync(ROOT).filter(name => name.endsWith('.md')),
  ...['docs', 'docs/guides', DECISIONS].flatMap(folder => pagesOf(folder).map(name => `${folder}/${name}`)),
]

describe('the decisions', () => {
  const numbered = pagesOf(DECISIONS).filter(name => /^\d{4}-/.test(name))

  it('are numbered without a gap', () => {
    const numbers = numbered.map(name => Number(name.slice(0, 4)))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  it('are all in the index', () => {
    const index = read(`${DECISIONS}/README.md`)
    expect(numbered.filter(name => !index.includes(`](${name})`))).toEqual([])
  })
})

describe('a document', () => {
  it.each(documents)('links to files that exist: %s', document => {
    const links = [...read(document).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link as string)
    const local = links.filter(link => !/^[a-z]+:/.test(link))
    expect(local.filter(link => !existsSync(join(ROOT, dirname(document), link)))).toEqual([])
  })

  it.each(documents)('names tests that exist: %s', document => {
    const named = [...read(document).matchAll(/`(test\/[\w./-]+\.tsx?)`/g)].map(([, file]) => file as string)
    expect(named.filter(file => !existsSync(join(ROOT, file)))).toEqual([])
  })
})

function pagesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith('.md'))
    .sort()
}
