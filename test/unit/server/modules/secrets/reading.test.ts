import { expect, it } from 'vitest'
import { secretReading } from '../../../../../server/modules/secrets/reading.ts'

const CALLERS = 6

/**
 * How many of several callers, who read secrets of these sizes at once, have them in memory before the first event is committed. Then all are
 * answered.
 */
async function readAtOnce(count: number, bytes: number, read: 'paths' | 'prefix'): Promise<number> {
  const paths = Array.from({ length: count }, (_, n) => `p/${String(n).padStart(3, '0')}`)
  const alike = {
    type: 'text',
    version: 1,
    max_access_count: 0,
    deleted_at: null,
    is_disabled: false,
    signing_key_id: null,
    expires_at: null,
  }
  const rows = paths.map((path, n) => ({ ...alike, id: `s${n}`, path, bytes }))
  const inMemory: (() => void)[] = []
  let asked = 0
  const secrets = {
    names: async () => rows,
    sizesOf: async () => {
      asked += 1
      return rows
    },
    latestOf: async () => rows.map(row => ({ ...row, ciphertext: Buffer.alloc(row.bytes), kek_id: 'k' })),
  }
  const deps = {
    database: { trustMs: 500, read: (work: (stores: unknown) => unknown) => work({ secrets }) },
    recordReads: () => new Promise<void>(resolve => inMemory.push(resolve)),
    keyring: { unwrapKey: () => Promise.reject(new Error('not opened in this test')) },
    clock: () => 0,
  }
  const resource = {
    vault: { id: 'v', orgId: 'o', kek: { id: 'k' }, formerKeks: [] },
    mayRead: Object.assign(() => true, { heads: undefined, basis: () => '' }),
    whyReadable: () => ({ rule: 'owner' }),
  }
  const grant = { actor: { type: 'user', id: 'u' }, orgId: 'o', ip: '', resource } as never
  const reading = secretReading(deps as never)
  const all = Array.from({ length: CALLERS }, () =>
    read === 'paths' ? reading.paths(grant, paths) : reading.prefix(grant, 'p/'),
  )
  const answered = Promise.allSettled(all)
  await expect.poll(() => inMemory.length).toBeGreaterThan(0)
  // Those that have room have asked for sizes; each then needs only turns of the microtask queue.
  await new Promise(setImmediate)
  const atFirst = inMemory.length
  for (let done = 0; done < CALLERS; done++) {
    await expect.poll(() => inMemory.length).toBeGreaterThan(done)
    inMemory[done]?.()
  }
  await answered
  expect(asked).toBe(CALLERS)
  return atFirst
}

it.each([
  ['paths', 100, 40, CALLERS],
  ['prefix', 100, 40, CALLERS],
  ['paths', 101, 40, 4],
  ['prefix', 101, 40, 4],
  ['paths', 2, 200_000, 4],
  ['prefix', 2, 200_000, 4],
] as const)('by %s, %i values of %i bytes are in memory for %i callers at once', async (read, count, bytes, expected) => {
  expect(await readAtOnce(count, bytes, read)).toBe(expected)
})
