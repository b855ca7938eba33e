import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'
import { makeWorld, ok, type TestUser, type World } from '../support/world.ts'

const PATHS = Array.from({ length: 20 }, (_, i) => `p/${i}`)

describe.each(['per-vault', 'wrapped'] as const)('the key of a vault in an HSM (%s)', mode => {
  let hsm: SoftHsm
  let token: Token
  let world: World
  let owner: TestUser
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    token = await hsm.addToken()
    world = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...token, mode } })
    owner = await world.signUp()
  })
  afterAll(async () => {
    await world?.close()
    await hsm?.remove()
  })

  const keysInToken = async () =>
    [...(await hsm.tool(token, '--list-objects', '--type', 'secrkey')).matchAll(/1claw-kek-\S+/g)].length

  it('is rotated while its values are read, and the old one leaves the token', async () => {
    const id = await world.vault(owner)
    for (const path of PATHS) await world.put(owner, id, path, path)
    const get = async (url: string) => (await ok(world.call('GET', `/v1/vaults/${id}/${url}`, { token: owner.token }))).body
    const keys = await keysInToken()
    const { body: job } = await ok(world.call('POST', `/v1/vaults/${id}/rotate-key`, { token: owner.token }))
    let status = job.status
    while (status === 'running') {
      for (const path of PATHS) expect((await get(`secrets/${path}`)).value).toBe(path)
      status = (await get(`rotate-key/${job.id}`)).status
    }
    expect(status).toBe('completed')
    expect(await keysInToken()).toBe(mode === 'per-vault' ? keys + 1 : keys)
    world.advance(61_000)
    await world.server.services.destroyDueKeks()
    expect(await keysInToken()).toBe(keys)
    for (const path of PATHS) expect((await get(`secrets/${path}`)).value).toBe(path)
  })
})
