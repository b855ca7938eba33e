import { randomUUID } from 'node:crypto'
import { onEngines, testsOn } from '../fixtures.ts'
import { mailbox } from '../mailbox.ts'
import { ok, type TestUser, type World } from '../world.ts'

export const EXPIRES = '2999-01-01T00:00:00Z'

/** For `describe.each`: the tests of shares on each engine. */
export const engines = () =>
  onEngines(engine =>
    testsOn(engine)
      .extend('mail', { scope: 'file', auto: true }, ({ world }) => mailbox(world.dataDir))
      .extend('calls', ({ world, owner, vaultId: vault }) => {
        async function secret(value = 'the value', more: object = {}) {
          const path = `shared/${randomUUID()}`
          const { body } = await world.put(owner, vault, path, value, more)
          return { id: body.id as string, path }
        }
        const share = (token: string, secretId: string, body: object) =>
          world.call('POST', `/v1/secrets/${secretId}/share`, { token, body: { expires_at: EXPIRES, ...body } })
        const made = async (body: object, token = owner.token) =>
          (await ok(share(token, (await secret()).id, body))).body.id as string
        const open = (id: string, options: Parameters<World['call']>[2] = {}) => world.call('GET', `/v1/share/${id}`, options)
        const act = (verb: 'accept' | 'decline', id: string, token: string) =>
          world.call('POST', `/v1/shares/${id}/${verb}`, { token })
        const list = async (side: 'inbound' | 'outbound', token: string) =>
          (await ok(world.call('GET', `/v1/shares/${side}`, { token }))).body.shares as { id: string; is_accepted: boolean }[]
        const ids = async (side: 'inbound' | 'outbound', token: string) => (await list(side, token)).map(({ id }) => id)
        const verify = (user: TestUser) =>
          world.server.database.run(({ accounts }) => accounts.update(user.id, { email_verified: true }))
        return { secret, share, made, open, act, list, ids, verify }
      }),
  )
