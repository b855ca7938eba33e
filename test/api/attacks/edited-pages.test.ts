import { createHash, randomInt } from 'node:crypto'
import { cp, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeWorld, type TestUser, type World } from '../../support/world.ts'

const PAGE = 4096
const SECRETS = 40
const ROUNDS = Number(process.env['ONECLAW_CHAOS_ROUNDS'] ?? 25)

let folder: string
let owner: TestUser
let vault: string
const values = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '1claw-pages-'))
  const dataDir = join(folder, 'whole')
  const world = await makeWorld('sqlite', { dataDir })
  owner = await world.signUp()
  vault = await world.vault(owner)
  for (let n = 0; n < SECRETS; n++) {
    // Some are larger than a page, so there are pages that contain nothing else.
    const value = createHash('sha256')
      .update(`${n}`)
      .digest('hex')
      .repeat(n % 5 === 0 ? 200 : 2)
    await world.put(owner, vault, `p/${n}`, value)
    values.set(`p/${n}`, value)
  }
  await world.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Overwrites a few bytes, or a whole page, somewhere in the file after the first page, whose loss is always noticed. */
async function edit(file: string, round: number): Promise<string> {
  const pages = (await stat(file)).size / PAGE
  const page = 1 + randomInt(pages - 1)
  const [at, length] = round % 3 === 0 ? [0, PAGE] : [randomInt(PAGE - 16), 1 + randomInt(16)]
  const handle = await open(file, 'r+')
  try {
    const bytes = Buffer.alloc(length)
    await handle.read(bytes, 0, length, page * PAGE + at)
    for (const [n, byte] of bytes.entries()) bytes[n] = byte ^ (1 + randomInt(255))
    await handle.write(bytes, 0, length, page * PAGE + at)
  } finally {
    await handle.close()
  }
  return `${length} bytes at ${at} of page ${page} of ${pages}`
}

/** The number of values that are read as they were written; no other value is ever read. */
async function readAll(world: World, what: string): Promise<number> {
  let whole = 0
  for (const [path, value] of values) {
    const { status, body } = await world.call('GET', `/v1/vaults/${vault}/secrets/${path}`, { token: owner.token })
    if (status !== 200) continue
    expect(body.value === value, `${path} is another value after ${what}`).toBe(true)
    whole++
  }
  return whole
}

it(
  `a database file with edited pages is refused, or returns a value as it was written or none, in ${ROUNDS} tries`,
  async () => {
    const outcomes = { refused: 0, partly: 0, whole: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const dataDir = join(folder, `round-${round}`)
      await cp(join(folder, 'whole'), dataDir, { recursive: true })
      const what = await edit(join(dataDir, '1claw.db'), round)
      const world = await makeWorld('sqlite', { dataDir }).catch((error: unknown) => {
        expect(String(error), what).not.toBe('')
        return undefined
      })
      if (!world) outcomes.refused++
      else {
        try {
          outcomes[(await readAll(world, what)) === SECRETS ? 'whole' : 'partly']++
        } finally {
          await world.close().catch(() => {})
        }
      }
      await rm(dataDir, { recursive: true, force: true })
    }
    console.log(outcomes)
    expect(outcomes.refused + outcomes.partly).toBeGreaterThan(0)
  },
  60_000 + ROUNDS * 10_000,
)
