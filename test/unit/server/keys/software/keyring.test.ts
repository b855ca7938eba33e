import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { signerOfSeed } from '../../../../../server/keys/primitives/ed25519.ts'
import { openSoftwareKeyring } from '../../../../../server/keys/software/keyring.ts'
import { sealFolder } from '../../../../support/sealed.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), '1claw-root-'))
  return () => rm(dir, { recursive: true, force: true })
})

const newFile = () => join(dir, randomBytes(4).toString('hex'), 'root.key')
const refused = (message: string | RegExp) => ({
  code: 'config.invalid',
  message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
})

async function made(passphrase?: string) {
  const file = newFile()
  const keyring = await openSoftwareKeyring({ file, passphrase, create: true })
  return { file, keyring, bytes: await readFile(file) }
}

/** HKDF of RFC 5869 for one block of output, written according to the RFC. */
function hkdf(root: Buffer, info: string | Buffer, salt = Buffer.alloc(32)): Buffer {
  const prk = createHmac('sha256', salt).update(root).digest()
  return createHmac('sha256', prk)
    .update(Buffer.concat([Buffer.from(info), Buffer.from([1])]))
    .digest()
}

describe('the root key file', () => {
  it('is created for its owner only, with its folder', async () => {
    const { file, bytes } = await made()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700)
    expect(bytes.toString('latin1', 0, 8)).toBe('1CLAWKEY')
  })

  it('is never overwritten', async () => {
    const { file, keyring, bytes } = await made()
    const again = await openSoftwareKeyring({ file, create: true })
    expect(again.fingerprint).toBe(keyring.fingerprint)
    expect(await readFile(file)).toEqual(bytes)
  })

  it('is created once when several servers start together', async () => {
    const file = newFile()
    const keyrings = await Promise.all(
      Array.from({ length: 8 }, () => openSoftwareKeyring({ file, create: true }).catch(() => undefined)),
    )
    const fingerprints = new Set(keyrings.flatMap(keyring => keyring?.fingerprint ?? []))
    expect(fingerprints.size).toBe(1)
    expect([...fingerprints]).toEqual([(await openSoftwareKeyring({ file, create: false })).fingerprint])
  })

  it('is not created where data exists', async () => {
    const file = newFile()
    const attempt = openSoftwareKeyring({ file, create: false })
    await expect(attempt).rejects.toMatchObject(
      refused(`The key is missing while data exists: there is no root key file ${file}.`),
    )
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each([0o604, 0o640, 0o660, 0o644, 0o602])('is refused if others can open it (%o)', async mode => {
    const { file } = await made()
    await chmod(file, mode)
    const attempt = openSoftwareKeyring({ file, create: false })
    await expect(attempt).rejects.toMatchObject({ ...refused(file), extras: { hint: `Run: chmod 600 ${file}` } })
    await chmod(file, 0o400)
    await expect(openSoftwareKeyring({ file, create: false })).resolves.toBeTruthy()
  })

  it('is checked at the target of a link', async () => {
    const { file } = await made()
    const link = join(dir, randomBytes(4).toString('hex'))
    await symlink(file, link)
    await expect(openSoftwareKeyring({ file: link, create: false })).resolves.toBeTruthy()
    await chmod(file, 0o644)
    await expect(openSoftwareKeyring({ file: link, create: false })).rejects.toMatchObject(refused(link))
  })

  it('is refused when it is a folder or something else', async () => {
    await expect(openSoftwareKeyring({ file: dir, create: true })).rejects.toMatchObject(refused(dir))
    const other = join(dir, 'other.txt')
    for (const text of ['', 'hello', '1CLAWKEY', randomBytes(50)]) {
      await writeFile(other, text, { mode: 0o600 })
      await expect(openSoftwareKeyring({ file: other, create: true })).rejects.toMatchObject(refused(other))
    }
  })

  it.each([undefined, 'correct horse'])('is refused with any byte changed (passphrase: %s)', async passphrase => {
    const { file } = await made()
    if (passphrase) await sealFolder(dirname(file), passphrase)
    const bytes = await readFile(file)
    // Stretching takes long, so of a sealed file only one byte of the salt, the box and the tag are changed, and bytes that are refused
    // before that.
    const positions = passphrase ? [0, 8, 9, 10, 11, 12, 20, 45, bytes.length - 1] : bytes.keys()
    for (const at of positions) {
      const spoiled = Buffer.from(bytes)
      spoiled[at] = (spoiled[at] ?? 0) ^ 0x40
      await writeFile(file, spoiled)
      await expect(openSoftwareKeyring({ file, passphrase, create: true }), `byte ${at}`).rejects.toMatchObject(refused(file))
    }
    await writeFile(file, bytes.subarray(0, -1))
    await expect(openSoftwareKeyring({ file, passphrase, create: true })).rejects.toMatchObject(refused(file))
  })
})

describe('a passphrase', () => {
  it('is needed to open what it sealed', async () => {
    const { file, keyring, bytes } = await made('correct horse')
    const attempt = (passphrase?: string) => openSoftwareKeyring({ file, passphrase, create: false })
    await expect(attempt()).rejects.toMatchObject(refused('is sealed'))
    await expect(attempt('Correct horse')).rejects.toMatchObject(refused('The passphrase does not open'))
    await expect(attempt('')).rejects.toMatchObject(refused('passphrase of the root key file is empty'))
    expect((await attempt('correct horse')).fingerprint).toBe(keyring.fingerprint)
    expect(await readFile(file)).toEqual(bytes)
  })

  it('is the same in every Unicode form of its letters', async () => {
    const { file, keyring } = await made('caf\u00e9')
    const typed = await openSoftwareKeyring({ file, passphrase: 'cafe\u0301', create: false })
    expect(typed.fingerprint).toBe(keyring.fingerprint)
  })

  it('is refused, not ignored, for a file that is not sealed', async () => {
    const { file } = await made()
    await expect(openSoftwareKeyring({ file, passphrase: 'x', create: false })).rejects.toMatchObject(refused('is not sealed'))
  })

  it('never appears in an error', async () => {
    const { file } = await made('correct horse')
    const refusal = await openSoftwareKeyring({ file, passphrase: 'canary-7141', create: false }).catch(error => error)
    expect(JSON.stringify([refusal.message, refusal.extras, String(refusal.stack)])).not.toContain('canary-7141')
  })
})

describe('a key derived from the root key', () => {
  it('is derived with HKDF-SHA-256 (RFC 5869, A.1 and A.3)', () => {
    const ikm = Buffer.alloc(22, 0x0b)
    expect(hkdf(ikm, '').toString('hex')).toMatch(/^8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d$/)
    const salt = Buffer.from('000102030405060708090a0b0c', 'hex')
    const info = Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex')
    expect(hkdf(ikm, info, salt).toString('hex')).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf')
  })

  it('is the same for the same file: the signing key and the fingerprint', async () => {
    const { keyring, bytes } = await made()
    const root = bytes.subarray(10, 42)
    const signer = signerOfSeed(hkdf(root, '1claw/software/signing-seed/1'))
    expect(Buffer.from(keyring.publicKey)).toEqual(Buffer.from(signer.publicKey))
    expect(keyring.fingerprint).toBe(hkdf(root, '1claw/software/fingerprint/1').toString('hex'))
    expect(bytes.includes(Buffer.from(keyring.fingerprint, 'hex'))).toBe(false)
  })

  it('can be opened by two processes with the same file', async () => {
    const { file, keyring } = await made()
    const other = await openSoftwareKeyring({ file, create: false })
    const kek = await keyring.createKek('k')
    const dek = randomBytes(32)
    const wrapped = await keyring.wrap(kek, dek, Buffer.from('a'))
    expect(Buffer.from(await other.unwrap(kek, wrapped, Buffer.from('a')))).toEqual(dek)
    expect(await other.sign(dek)).toEqual(await keyring.sign(dek))
  })
})
