import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { everything, rowsOf } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

// PostgreSQL does not share its files, and overwrites deleted rows at its next VACUUM.
const base = testsOn('sqlite')

describe('what was deleted', () => {
  const it = base.extend('calls', ({ world }) => {
    /** The files of the data folder that hold some bytes. */
    async function filesWith(bytes: Uint8Array): Promise<string[]> {
      const entries = await readdir(world.dataDir, { recursive: true, withFileTypes: true })
      const found: string[] = []
      for (const entry of entries.filter(each => each.isFile())) {
        const path = join(entry.parentPath, entry.name)
        if ((await readFile(path)).includes(Buffer.from(bytes))) found.push(entry.name)
      }
      return found
    }
    const sealedIn = (id: string) =>
      world.server.database.read(async ({ vaults, secrets }) => {
        const vault = await vaults.ofAnyOrg(id)
        const version = vault && (await secrets.latest({ id, orgId: vault.org_id }, 'db/url'))
        if (!vault?.kek_blob || !version) throw new Error('the vault has no wrapped key')
        return [vault.kek_blob, version.wrapped_dek, version.ciphertext]
      })
    return { filesWith, sealedIn }
  })

  it('is soon in no file of the data folder, and neither are its wrapped keys', async ({
    world,
    owner,
    calls: { filesWith, sealedIn },
  }) => {
    const [vault, other] = [await world.vault(owner), await world.vault(owner)]
    for (const id of [vault, other]) await world.put(owner, id, 'db/url', 'x'.repeat(300))
    const [sealed, kept] = [await sealedIn(vault), await sealedIn(other)]
    for (const bytes of [...sealed, ...kept]) expect(await filesWith(bytes)).not.toEqual([])

    await ok(world.call('DELETE', `/v1/vaults/${vault}?purge=true`, { token: owner.token }))
    await world.server.services.destroyDueKeks()
    await expect.poll(async () => (await Promise.all(sealed.map(filesWith))).flat(), { timeout: 20_000 }).toEqual([])
    for (const bytes of kept) expect(await filesWith(bytes)).not.toEqual([])
  })

  it('is gone even while others keep writing and reading', async ({ world, owner, calls: { filesWith, sealedIn } }) => {
    const [vault, busy] = [await world.vault(owner), await world.vault(owner)]
    await world.put(owner, vault, 'db/url', 'y'.repeat(300))
    const sealed = await sealedIn(vault)
    let working = true
    const writers = Array.from({ length: 3 }, async (_, writer) => {
      for (let index = 0; working; index++) {
        await world.put(owner, busy, `w${writer}`, String(index))
        await ok(world.call('GET', `/v1/vaults/${busy}/secrets/w${writer}`, { token: owner.token }))
      }
    })
    await ok(world.call('DELETE', `/v1/vaults/${vault}?purge=true`, { token: owner.token }))
    await world.server.services.destroyDueKeks()
    await expect
      .poll(async () => (await Promise.all(sealed.map(filesWith))).flat())
      .toEqual([])
      .finally(() => {
        working = false
      })
    await Promise.all(writers)
  })
})

describe.each(onEngines(testsOn))('one secret that was deleted, on $engine', ({ it }) => {
  const DAY_MS = 86_400_000

  it('can be restored for the period, and is then in no file or table, while its neighbours stay', async ({
    engine,
    world,
    owner,
    vaultId,
  }) => {
    for (const value of ['x', 'y']) for (const path of ['gone', 'kept']) await world.put(owner, vaultId, path, value.repeat(300))
    /** The sealed bytes of every version at a path, as hex. */
    const sealed = async (path: string) => {
      const rows = await rowsOf(
        world,
        `SELECT v.ciphertext, v.wrapped_dek FROM secret_versions v JOIN secrets s ON s.id = v.secret_id WHERE s.path = '${path}'`,
      )
      return rows.flatMap(row => Object.values(row)).map(bytes => Buffer.from(bytes as Uint8Array).toString('hex'))
    }
    /** Which of them are somewhere: in the files of the data folder or, on PostgreSQL, in any table. */
    const found = async (bytes: readonly string[]) => {
      const places = [engine === 'postgres' ? await everything(world) : (await filesOf(world.dataDir)).join('\n')]
      return bytes.filter(each => places.some(place => place.includes(each)))
    }
    const [gone, kept] = [await sealed('gone'), await sealed('kept')]
    expect([gone.length, kept.length]).toEqual([4, 4])
    await ok(world.call('DELETE', `/v1/vaults/${vaultId}/secrets/gone`, { token: owner.token }))
    world.advance(29 * DAY_MS)
    await world.server.services.secretDeletion.purgeLapsed()
    expect(await found(gone)).toEqual(gone)
    world.advance(2 * DAY_MS)
    await world.server.services.secretDeletion.purgeLapsed()
    await expect.poll(() => found(gone)).toEqual([])
    expect(await found(kept)).toEqual(kept)
  })
})

/** All files of a folder, with their write-ahead logs and free pages, as hex. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter(each => each.isFile()).map(each => join(each.parentPath, each.name))
  return Promise.all(paths.map(path => readFile(path, 'hex').catch(() => '')))
}
