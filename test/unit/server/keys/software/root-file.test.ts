import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRoot, readRoot } from '../../../../../server/keys/software/root-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '1claw-root-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('the file gets its name only when it is complete, however many servers start at once', async () => {
  for (let round = 0; round < 20; round++) {
    const root = { file: join(folder, `root-${round}.key`) }
    let made = false
    const looking = (async () => {
      for (;;) {
        const isLast = made
        const key = await readRoot(root)
        if (key || isLast) return key
      }
    })()
    await Promise.all(Array.from({ length: 8 }, () => createRoot(root)))
    made = true
    const [seen, kept] = await Promise.all([looking, readRoot(root)])
    expect(kept).toHaveLength(32)
    expect(seen).toEqual(kept)
  }
  expect((await readdir(folder)).filter(name => !/^root-\d+\.key$/.test(name))).toEqual([])
})
