import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { sourceOf } from '../../../../../src/cli/import/source.ts'

/** `path=value` of each entry. */
async function read(name: string, content: string | Uint8Array) {
  const { entries } = await sourceOf({ name, bytes: Buffer.from(content) }, undefined)
  return entries.map(({ names, value }) => `${names.join('/')}=${value}`)
}

describe('a hostile or odd file', () => {
  it.each([
    ['cycle.yaml', 'a: &a\n  b: *a\n'],
    ['list.yaml', 'a: &a [*a]\n'],
    ['nowhere.yaml', 'x: *nope\n'],
    ['laughs.yaml', laughs()],
    ['deep.json', `${'{"a":'.repeat(5000)}"x"${'}'.repeat(5000)}`],
    ['endless.json', `${'{"a":'.repeat(200_000)}"x"${'}'.repeat(200_000)}`],
    ['lists.json', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('is refused with its own message: %s', async (name, content) => {
    await expect(read(name, content)).rejects.toMatchObject({ code: 'usage' })
  })

  it('keeps the digits of its numbers, which JavaScript would round', async () => {
    const json = '{"id":12345678901234567890,"price":1.10,"far":1e400,"ids":[9007199254740993],"in":{"n":0}}'
    const entries = ['id=12345678901234567890', 'price=1.10', 'far=1e400', 'ids=[9007199254740993]', 'in/n=0']
    expect(await read('a.json', json)).toEqual(entries)
  })

  it('cannot reach the prototype: such a name is just a name', async () => {
    const entries = await read('a.json', '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"p":"q"}}}')
    expect(entries).toEqual(['__proto__/polluted=yes', 'constructor/prototype/p=q'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('is unpacked only to its stated size', async () => {
    const packed = zipSync({ 'export.data': new Uint8Array(50_000_000) })
    // The sizes that the archive states, in both places: a hundred bytes.
    const directory = packed.findLastIndex((byte, at) => byte === 0x50 && packed[at + 1] === 0x4b && packed[at + 2] === 1)
    const view = new DataView(packed.buffer)
    view.setUint32(directory + 24, 100, true)
    view.setUint32(22, 100, true)
    await expect(read('a.1pux', packed)).rejects.toMatchObject({ code: 'usage' })
  })
})

function laughs(): string {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const lines = names.map(
    (name, at) =>
      `${name}: &${name} [${Array(9)
        .fill(at === 0 ? 'lol' : `*${names[at - 1]}`)
        .join(',')}]`,
  )
  return lines.join('\n')
}
