import { describe, expect, it } from 'vitest'
import { keyCursor, PAGE_BYTES, pageOf } from '../../../../server/http/paging.ts'
import { inSlices } from '../../../../server/http/slices.ts'

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `i${index}` }))
const idOf = ({ id }: { id: string }) => id

describe('a page of a list', () => {
  it('has a thousand items by default, and says where the next one starts', () => {
    const all = items(2500)
    const sizes: number[] = []
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = pageOf(all, { cursor }, idOf)
      sizes.push(page.items.length)
      seen.push(...page.items.map(idOf))
      if (page.next_cursor === undefined) break
      cursor = page.next_cursor
    }
    expect(sizes).toEqual([1000, 1000, 500])
    expect(seen).toEqual(all.map(idOf))
  })

  it('has no cursor on the last page', () => {
    expect(pageOf(items(3), { limit: 3 }, idOf)).toEqual({ items: items(3) })
    expect(pageOf([], {}, idOf)).toEqual({ items: [] })
  })

  it('ends before it has too many bytes, but is never empty', () => {
    const all = Array.from({ length: 5 }, (_, index) => ({ id: `i${index}`, text: 'x'.repeat(PAGE_BYTES / 2) }))
    expect(pageOf(all, {}, idOf).items).toHaveLength(1)
    expect(pageOf([{ id: 'big', text: 'x'.repeat(PAGE_BYTES * 2) }], {}, idOf).items).toHaveLength(1)
  })

  it('continues at the right place when the last item is gone or others were inserted before it', () => {
    const all = items(6)
    const { next_cursor: cursor } = pageOf(all, { limit: 3 }, idOf)
    const without = all.filter(({ id }) => id !== 'i2')
    expect(pageOf(without, { cursor, limit: 1 }, idOf).items.map(idOf)).toEqual(['i4'])
    expect(pageOf([{ id: 'new' }, ...all], { cursor, limit: 1 }, idOf).items.map(idOf)).toEqual(['i3'])
  })

  it('refuses a cursor that no page returned', () => {
    for (const cursor of ['', 'x', Buffer.from('nothing').toString('base64url')]) {
      expect(() => pageOf(items(3), { cursor }, idOf)).toThrow('cursor must be the next_cursor of a page')
      expect(() => keyCursor.read(cursor)).toThrow('cursor must be the next_cursor of a page')
    }
    expect(keyCursor.read(keyCursor.of('prod/db'))).toBe('prod/db')
  })
})

describe('work in slices', () => {
  it('lets other work run in between', async () => {
    let turns = 0
    const other = setInterval(() => turns++, 1)
    await inSlices(items(400), () => {
      const until = performance.now() + 0.5
      while (performance.now() < until);
    })
    clearInterval(other)
    expect(turns).toBeGreaterThan(5)
  })
})
