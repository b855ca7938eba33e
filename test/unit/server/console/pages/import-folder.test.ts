import { describe, expect, it } from 'vitest'
import { chosen, dropped, entriesOfFolder } from '../../../../../server/console/pages/all-secrets/import/folder.ts'

type Tree = { readonly [name: string]: string | Tree }

type Dropped = NonNullable<
  ReturnType<(typeof dropped extends (items: Iterable<infer Item>) => unknown ? Item : never)['webkitGetAsEntry']>
>

/** The form in which a browser passes dropped files: folders return two entries at a time. */
function entryOf(name: string, node: string | Tree, above = ''): Dropped {
  const fullPath = `${above}/${name}`
  if (typeof node === 'string') {
    const file = (done: (file: File) => void) => done(new File([node], name))
    return { isFile: true, isDirectory: false, name, fullPath, file }
  }
  const createReader = () => {
    const left = Object.entries(node).map(([inner, each]) => entryOf(inner, each, fullPath))
    return { readEntries: (done: (entries: Dropped[]) => void) => done(left.splice(0, 2)) }
  }
  return { isFile: false, isDirectory: true, name, fullPath, createReader }
}

const drop = (tree: Tree) => {
  const items = Object.entries(tree).map(([name, node]) => ({ webkitGetAsEntry: () => entryOf(name, node) }))
  return dropped(items)
}

describe('a dropped folder', () => {
  it('is read completely, however many files it has, without the folders of tools', async () => {
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`${at}.txt`, `${at}`]))
    const folder = await drop({ config: { many, tls: { 'server.key': 'KEY' }, '.git': { config: 'x' }, '.env': 'A=1' } })
    expect('sources' in folder && folder.sources.map(({ path }) => path)).toEqual([
      '.env',
      ...Array.from({ length: 7 }, (_, at) => `many/${at}.txt`),
      'tls/server.key',
    ])
  })

  it('keeps its name next to others', async () => {
    const folder = await drop({ one: { a: '1' }, two: { a: '2' } })
    expect('sources' in folder && folder.sources.map(({ path }) => path)).toEqual(['one/a', 'two/a'])
  })

  it.each([
    ['more than 500 files', { x: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`${at}`, 'x'])) }],
    ['more than 1 MB', { x: { a: 'x'.repeat(600_000), b: 'x'.repeat(600_000) } }],
    ['x/image is not a text file', { x: { image: '\0\u0001' }, y: 'z' }],
  ])('is refused with %s', async (fault, tree: Tree) => {
    expect(await drop(tree)).toEqual({ fault: expect.stringContaining(fault) })
  })
})

it('a chosen folder is read without its own name', async () => {
  const file = Object.assign(new File(['1'], 'a'), { webkitRelativePath: 'config/db/a' })
  expect(await chosen([file])).toEqual({ sources: [{ path: 'db/a', text: '1' }] })
})

describe('the entries of a folder', () => {
  it('are the entries of its lists, below the folder of each, and each other file as one', () => {
    const sources = [
      { path: '.env', text: 'A=1\nB="two"' },
      { path: 'db/prod.json', text: '{"url":"x","pool":{"size":3}}' },
      { path: 'tls/server.key', text: 'KEY\n' },
    ]
    expect(entriesOfFolder(sources, '/app/')).toEqual({
      entries: [
        { path: 'app/A', value: '1' },
        { path: 'app/B', value: 'two' },
        { path: 'app/db/url', value: 'x' },
        { path: 'app/db/pool/size', value: '3' },
        { path: 'app/tls/server.key', value: 'KEY\n' },
      ],
    })
  })

  it('are refused if two files have the same name, or a name cannot be a path', () => {
    const twice = [
      { path: '.env', text: 'A=1' },
      { path: '.env.local', text: 'A=2' },
    ]
    expect(entriesOfFolder(twice, '')).toEqual({ fault: '.env.local: A is in another file of the folder, too.' })
    expect(entriesOfFolder([{ path: 'my file', text: 'x' }], '')).toEqual({ fault: expect.stringContaining('cannot be a path') })
  })
})
