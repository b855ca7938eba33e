import { describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld } from '../../support/world.ts'

const EXPIRES = '2999-01-01T00:00:00Z'

describe.each(ENGINES)('making shares, on %s', engine => {
  it('is limited to ten a minute for an organisation', async () => {
    const world = await makeWorld(engine)
    const limited = await makeWorld(engine, { limits: { ...world.config.limits, sharesPerMinute: 10 } })
    await world.close()
    try {
      const owner = await limited.signUp()
      const member = await limited.colleague(owner)
      const vault = await limited.vault(owner)
      const { body } = await limited.put(owner, vault, 'a', 'v')
      await limited.call('POST', `/v1/vaults/${vault}/policies`, {
        token: owner.token,
        body: { secret_path_pattern: '**', principal_type: 'user', principal_id: member.id, permissions: ['read'] },
      })
      const share = (token: string) =>
        limited.call('POST', `/v1/secrets/${body.id}/share`, {
          token,
          body: { recipient_type: 'anyone_with_link', expires_at: EXPIRES },
        })
      const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => share(i % 2 ? owner.token : member.token)))
      expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array(10).fill(201), ...Array(20).fill(429)])
      expect(Number(replies.find(({ status }) => status === 429)?.headers['retry-after'])).toBeGreaterThan(0)
      limited.advance(61_000)
      expect((await share(owner.token)).status).toBe(201)
    } finally {
      await limited.close()
    }
  })
})
