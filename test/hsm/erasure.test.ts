import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allEvents, rowsOf } from '../support/rows.ts'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'
import { makeWorld, ok, type TestUser, type World } from '../support/world.ts'

const CONFIRMATION = { confirmation: 'DELETE MY ACCOUNT' }

describe('an account whose vaults have keys in an HSM', () => {
  let hsm: SoftHsm
  let token: Token
  let world: World
  let admin: TestUser
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    token = await hsm.addToken()
    world = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...token, mode: 'per-vault' } })
    admin = await world.signUp()
  })
  afterAll(async () => {
    await world?.close()
    await hsm?.remove()
  })

  const keys = async () => [...(await hsm.tool(token, '--list-objects', '--type', 'secrkey')).matchAll(/1claw-kek-/g)].length
  const destroyed = async ({ orgId }: TestUser) =>
    (await allEvents(world)).filter(({ org_id, action }) => org_id === orgId && action === 'key.destroy').length
  const leaving = async () => {
    const person = await world.signUp()
    for (const _ of [1, 2]) await world.put(person, await world.vault(person), 'a', 'value')
    return person
  }

  it.each([
    ['by the person', (person: TestUser) => world.call('DELETE', '/v1/auth/me', { token: person.token, body: CONFIRMATION })],
    ['by an administrator', ({ id }: TestUser) => world.call('DELETE', `/v1/admin/users/${id}`, { token: admin.token })],
  ])('is deleted %s while the HSM is away, and its keys are destroyed when it is back', async (_, remove) => {
    const before = await keys()
    const person = await leaving()
    expect(await keys()).toBe(before + 2)
    await hsm.unplug()
    await ok(remove(person))
    expect(await rowsOf(world, `SELECT id FROM vaults WHERE org_id = '${person.orgId}'`)).toEqual([])
    expect(await destroyed(person)).toBe(0)
    await hsm.plugIn()
    const destroyedByNow = async () => {
      await world.server.services.destroyDueKeks().catch(() => undefined)
      return destroyed(person)
    }
    await expect.poll(destroyedByNow).toBe(2)
    expect(await keys()).toBe(before)
  })
})
