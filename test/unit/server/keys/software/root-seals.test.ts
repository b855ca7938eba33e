import { randomBytes } from 'node:crypto'
import { chmod, link, mkdtemp, open, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashRaw } from '@node-rs/argon2'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBox } from '../../../../../server/keys/primitives/gcm.ts'
import { readRoot, replaceRoot, sweepDrafts } from '../../../../../server/keys/software/root-file.ts'
import {
  plainRoot,
  rootIn,
  rootUnderPassphrase,
  rootUnderShares,
  sealOf,
} from '../../../../../server/keys/software/root-format.ts'
import { shareIn } from '../../../../../server/keys/software/shares.ts'

const FAST = { memoryKiB: 64, passes: 1, lanes: 1 }
const FILE = 'root.key'

let dir: string
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), '1claw-seals-')))
  return () => rm(dir, { recursive: true, force: true })
})

describe('a root key under a passphrase', () => {
  it('uses AES-256-GCM under Argon2id with the authenticated parameters in the file', async () => {
    const root = randomBytes(32)
    const bytes = await rootUnderPassphrase(root, 'correct horse', { memoryKiB: 128, passes: 2, lanes: 1 })
    expect(bytes.includes(root)).toBe(false)
    expect(bytes.subarray(0, 16).toString('hex')).toBe(`${Buffer.from('1CLAWKEY').toString('hex')}0202000000800201`.slice(0, 32))
    const options = { algorithm: 2, memoryCost: 128, timeCost: 2, parallelism: 1, outputLen: 32, salt: bytes.subarray(16, 32) }
    const key = await hashRaw('correct horse', options)
    expect(openBox(key, bytes.subarray(32), bytes.subarray(0, 32))).toEqual(root)
  })

  it('opens with that passphrase in any Unicode form, and with no other', async () => {
    const root = randomBytes(32)
    const bytes = await rootUnderPassphrase(root, 'caf\u00e9', FAST)
    expect(sealOf(bytes, FILE)).toEqual({ kind: 'passphrase' })
    expect(await rootIn(bytes, FILE, { passphrase: 'cafe\u0301' })).toEqual(root)
    await expect(rootIn(bytes, FILE, { passphrase: 'cafe' })).rejects.toMatchObject({ code: 'auth.failed' })
    await expect(rootIn(bytes, FILE, {})).rejects.toThrow('is sealed')
    await expect(rootIn(bytes, FILE, { shares: [] })).rejects.toThrow('with a passphrase, not with shares')
  })

  it('does not open with any bit changed', async () => {
    const bytes = await rootUnderPassphrase(randomBytes(32), 'x', FAST)
    for (const at of bytes.keys()) {
      const spoiled = Buffer.from(bytes)
      spoiled[at] = (spoiled[at] ?? 0) ^ 0x80
      await expect(rootIn(spoiled, FILE, { passphrase: 'x' }), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^config\.invalid$|^auth\.failed$/),
      })
    }
    await expect(rootIn(bytes.subarray(0, -1), FILE, { passphrase: 'x' })).rejects.toThrow('damaged')
  })

  it('still opens in a file of earlier versions, which used scrypt', async () => {
    const file = Buffer.from('31434c41574b45590101040801000102030405060708090a0b0c0d0e0f', 'hex')
    const { scryptSync } = await import('node:crypto')
    const { sealBox } = await import('../../../../../server/keys/primitives/gcm.ts')
    const root = randomBytes(32)
    const key = scryptSync('old words', file.subarray(13), 32, { N: 16, r: 8, p: 1 })
    const bytes = Buffer.concat([file, sealBox(key, root, file)])
    expect(sealOf(bytes, FILE)).toEqual({ kind: 'passphrase' })
    expect(await rootIn(bytes, FILE, { passphrase: 'old words' })).toEqual(root)
  })
})

describe('a root key under shares', () => {
  it('opens with enough shares in any order, but not with foreign or repeated ones', async () => {
    const root = randomBytes(32)
    const { bytes, shares } = await rootUnderShares(root, 5, 3)
    const [a, b, c, d, e] = shares.map(shareIn) as [Buffer, Buffer, Buffer, Buffer, Buffer]
    expect(sealOf(bytes, FILE)).toMatchObject({ kind: 'shares', shares: 5, threshold: 3 })
    for (const some of [
      [a, b, c],
      [e, c, a],
      [d, e, b],
      [a, b, c, d, e],
    ])
      expect(await rootIn(bytes, FILE, { shares: some })).toEqual(root)
    await expect(rootIn(bytes, FILE, { shares: [a, b] })).rejects.toThrow('2 of 3 shares')
    await expect(rootIn(bytes, FILE, { shares: [a, b, b] })).rejects.toThrow('2 of 3 shares')
    const foreign = (await rootUnderShares(root, 5, 3)).shares.map(shareIn)
    await expect(rootIn(bytes, FILE, { shares: [a, b, ...foreign] })).rejects.toThrow('another seal')
    await expect(rootIn(bytes, FILE, { passphrase: 'x' })).rejects.toThrow('with shares, not with a passphrase')
    await expect(rootIn(bytes, FILE, {})).rejects.toThrow('is sealed')
  })

  it('stores no share in the file', async () => {
    const { bytes, shares } = await rootUnderShares(randomBytes(32), 4, 2)
    for (const share of shares.map(shareIn)) expect(bytes.includes(share.subarray(0, 16))).toBe(false)
  })
})

it('a file of a newer version is reported as such', () => {
  const bytes = plainRoot(randomBytes(32))
  bytes[8] = 3
  expect(() => sealOf(bytes, FILE)).toThrow('newer version')
})

describe('replacing a root key file', () => {
  const fresh = async (mode = 0o600) => {
    const folder = await mkdtemp(join(dir, 'f-'))
    const [root, file] = [randomBytes(32), join(folder, FILE)]
    const plain = plainRoot(root)
    await writeFile(file, plain, { mode })
    return { folder, file, root, plain, sealed: await rootUnderPassphrase(root, 'x', FAST) }
  }

  it('keeps the mode, leaves no other file behind, and overwrites the old key on the disk', async () => {
    const { folder, file, root, plain, sealed } = await fresh(0o400)
    await chmod(file, 0o600)
    const old = await open(file, 'r')
    expect(await replaceRoot(file, plain, sealed)).toEqual({ otherNames: 0 })
    const left = Buffer.alloc(plain.length)
    await old.read(left, 0, left.length, 0).finally(() => old.close())
    expect(left).toEqual(Buffer.alloc(plain.length))
    expect(await readFile(file)).toEqual(sealed)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual([FILE])
    expect(await readRoot({ file, passphrase: 'x' })).toEqual(root)
  })

  it('follows a link to where the key is', async () => {
    const { folder, file, plain, sealed } = await fresh()
    const name = join(folder, 'link')
    await symlink(file, name)
    await replaceRoot(name, plain, sealed)
    expect(await readFile(file)).toEqual(sealed)
  })

  it('reports a copy under another name without touching it', async () => {
    const { folder, file, plain, sealed } = await fresh()
    await link(file, join(folder, 'copy'))
    expect(await replaceRoot(file, plain, sealed)).toEqual({ otherNames: 1 })
    expect(await readFile(join(folder, 'copy'))).toEqual(plain)
  })

  it('changes nothing when the file was changed at the same time', async () => {
    const { folder, file, plain, sealed } = await fresh()
    const other = plainRoot(randomBytes(32))
    await writeFile(file, other)
    await expect(replaceRoot(file, plain, sealed)).rejects.toMatchObject({ code: 'resource.conflict' })
    expect(await readFile(file)).toEqual(other)
    expect(await readdir(folder)).toEqual([FILE])
  })

  it('removes the drafts of processes that were killed, and nothing else', async () => {
    const { folder, file } = await fresh()
    const draft = `${file}.0b9d5c9a-7f1e-4c55-9d0e-0123456789ab.draft`
    for (const name of [draft, `${file}.bak`, join(folder, 'other.draft')]) await writeFile(name, 'x')
    await sweepDrafts(file)
    expect((await readdir(folder)).sort()).toEqual(['other.draft', FILE, `${FILE}.bak`].sort())
  })
})
