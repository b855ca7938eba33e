import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, it, onTestFinished } from 'vitest'
import { drill, restore } from '../../server/backup/restore.ts'
import { makeBackup } from '../../server/backup/write.ts'
import { makeSoftHsm } from '../support/softhsm.ts'
import { makeWorld } from '../support/world.ts'

describe.each(['per-vault', 'wrapped'] as const)('a backup of data whose keys are in an HSM (%s)', mode => {
  it('is restored with the same token, and refused in words with another', async () => {
    const hsm = await makeSoftHsm()
    onTestFinished(() => hsm.remove())
    const world = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...(await hsm.addToken()), mode } })
    onTestFinished(() => world.close())
    const owner = await world.signUp()
    await world.put(owner, await world.vault(owner), 'a', 'value')
    const folder = await mkdtemp(join(tmpdir(), '1claw-hsm-backup-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const identity = await generateIdentity()
    const [file, unlocking] = [join(folder, 'a.age'), { identities: [identity] }]
    const sealing = { recipients: [await identityToRecipient(identity)] }
    const { keyring } = world.server.services
    const asked = { config: world.config, keyring, file, sealing, madeBy: '0.0.0', now: Date.now() }
    await expect(makeBackup({ ...asked, withKeys: true })).rejects.toMatchObject({ message: expect.stringContaining('HSM') })
    await makeBackup({ ...asked, withKeys: false })
    expect((await drill({ config: world.config, file, unlocking })).end.values).toMatchObject({ unreadable: 0 })
    const elsewhere = { ...world.config, dataDir: join(folder, 'new') }
    await restore({ config: elsewhere, file, unlocking }, false)
    const other = await hsm.addToken()
    // The token of another installation: it has keys, but different ones.
    const stranger = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...other, mode } })
    await stranger.close()
    const wrong = { ...world.config, dataDir: join(folder, 'wrong'), pkcs11: { ...other, mode } }
    await expect(restore({ config: wrong, file, unlocking }, false)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('with other keys'),
      extras: { hint: expect.stringContaining('another HSM token') },
    })
  })
})
