import { describe, expect } from 'vitest'
import { testsOn } from '../../support/fixtures.ts'
import { makeWorld } from '../../support/world.ts'

const TRICKS = ['a\u001b[2Jb', 'a\nb', 'a\u0007', 'a\u009b31m', 'a\u2028b', 'a\u202eb']

const it = testsOn('sqlite')

describe('names that would control a terminal or an e-mail', () => {
  it.for([
    ['POST', '/v1/vaults', 'name'],
    ['POST', '/v1/agents', 'name'],
    ['POST', '/v1/auth/api-keys', 'name'],
    ['POST', '/v1/agents/enroll', 'name'],
    ['PATCH', '/v1/auth/me', 'display_name'],
    ['PATCH', '/v1/org/settings', 'name'],
  ] as const)('are refused by %s %s', async ([method, url, field], { world, owner }) => {
    for (const trick of TRICKS) {
      const reply = await world.call(method, url, { token: owner.token, body: { [field]: trick } })
      expect([reply.status, Object.keys(reply.body.fields)]).toEqual([400, [field]])
    }
    const fine = await world.call(method, url, { token: owner.token, body: { [field]: 'Zoë’s naïve 命名 (2)' } })
    expect(fine.status).toBeLessThan(300)
  })
})

it('a server behind TLS tells browsers to come back over TLS', async () => {
  const header = async (publicUrl: string | undefined) => {
    const world = await makeWorld('sqlite', { publicUrl })
    const { headers } = await world.call('GET', '/v1/health').finally(() => world.close())
    return headers['strict-transport-security']
  }
  expect(await header('https://claw.example.com')).toBe('max-age=31536000')
  expect(await header(undefined)).toBeUndefined()
})
