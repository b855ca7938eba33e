import { describe, expect } from 'vitest'
import type { Stores } from '../../../server/stores/all.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'

/** The second line of defence: if a service confused two organisations, it would find nothing in the stores, and change nothing. */
describe.each(onEngines(engine => testsOn(engine).extend('stranger', { scope: 'file' }, ({ world }) => world.signUp())))(
  'ids of another organisation, in the stores, on $engine',
  ({ it: base }) => {
    /** A vault as the stranger would reach it: the id is right, the organisation is the stranger's. */
    let claimed: { id: string; orgId: string }
    /** The stranger's own vault, in which a secret of the owner is looked for. */
    let other: { id: string; orgId: string }
    let secretId: string
    let policyId: string

    const it = base.extend('calls', ({ world }) => {
      const attempt = <T>(work: (stores: Stores) => Promise<T>) => world.server.database.run(work)
      return { attempt }
    })
    it.beforeAll(async ({ world, owner, stranger }) => {
      const id = await world.vault(owner)
      claimed = { id, orgId: stranger.orgId }
      other = { id: await world.vault(stranger), orgId: stranger.orgId }
      secretId = (await world.put(owner, id, 'db/url', 'the value')).body.id
      policyId = await world.policy(owner, id, await world.agent(owner), '**', ['read'])
    })

    it.for<[string, (stores: Stores) => Promise<unknown>, unknown]>([
      ['the vault is not held', ({ vaultKeys }) => vaultKeys.hold(claimed), undefined],
      ['the vault is not locked', ({ vaultKeys }) => vaultKeys.lock(claimed), undefined],
      ['its keys are not found', ({ vaultKeys }) => vaultKeys.keks(claimed), undefined],
      ['the vault is not deleted', ({ deletions }) => deletions.deleteVault(claimed.orgId, claimed.id, Date.now()), false],
      ['the vault is not removed', ({ vaults }) => vaults.remove(claimed.orgId, claimed.id), false],
      ['the policy is not found', ({ policies }) => policies.byId(claimed, policyId), undefined],
      ['the policy is not changed', ({ policies }) => policies.update(claimed, policyId, { expires_at: 1 }), undefined],
      ['the policy is not removed', ({ policies }) => policies.remove(claimed, policyId), false],
      ['the secret is not found', ({ secrets }) => secrets.latestById(other, secretId), undefined],
      ['no version follows', ({ secrets }) => secrets.advance(other, { id: secretId, path: 'db/url' }, 1), false],
      ['the version is not disabled', ({ secrets }) => secrets.disable(other, secretId, 1), false],
      ['the secret is not deleted', ({ secrets }) => secrets.softDelete(other, secretId, Date.now(), 'user:x'), false],
      ['the secret is not purged', ({ deletions }) => deletions.purgeSecret(other, secretId), 0],
      ['no old version is purged', ({ deletions }) => deletions.purgeOldVersions(other, secretId, 1), 0],
      ['what lapsed is not purged', ({ deletions }) => deletions.purgeLapsed(other, secretId, Date.now() + 1), 0],
      [
        'its limit is not changed',
        ({ secretChanges }) => secretChanges.update(other, secretId, 1, { max_access_count: 1 }),
        false,
      ],
      ['its versions are not counted', ({ resourceCounts }) => resourceCounts.versions(other.orgId, secretId), 0],
    ])('%s', async ([_, work, nothing], { calls: { attempt } }) => {
      expect(await attempt(work)).toEqual(nothing)
    })

    it('do not rename a secret', async ({ world, owner, calls: { attempt } }) => {
      await attempt(({ secretChanges }) =>
        secretChanges.rename(other, { id: secretId, path: 'db/url', latest_version: 1 }, 'taken'),
      )
      const { status, body } = await world.call('GET', `/v1/vaults/${claimed.id}/secrets/db/url`, { token: owner.token })
      expect({ status, value: body.value, version: body.version }).toEqual({ status: 200, value: 'the value', version: 1 })
    })

    it('do not set a customer key on the vault', async ({ world, owner, calls: { attempt } }) => {
      await attempt(({ vaultKeys }) => vaultKeys.setFingerprint(claimed, 'x'.repeat(64)))
      const { body } = await world.call('GET', `/v1/vaults/${claimed.id}`, { token: owner.token })
      expect(body).toMatchObject({ id: claimed.id, cmek_enabled: false })
    })

    it('are found by their own organisation', async ({ owner, calls: { attempt } }) => {
      const own = { ...claimed, orgId: owner.orgId }
      const found = await attempt(async ({ vaultKeys, policies, secrets, resourceCounts }) => [
        (await vaultKeys.hold(own)) !== undefined,
        (await policies.byId(own, policyId))?.id,
        (await secrets.latestById(own, secretId))?.id,
        await resourceCounts.versions(own.orgId, secretId),
      ])
      expect(found).toEqual([true, policyId, secretId, 1])
    })
  },
)
