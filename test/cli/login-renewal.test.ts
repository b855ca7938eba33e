import { describe, expect, it } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, NOW, type Replies, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const HOUR = 3_600_000
const listed: Replies = { 'vaults.list': () => ({ vaults: [] }) }

/** A run of `vaults list` with a person's login that expires after this time. */
async function run(leftMs: number, replies: Replies) {
  const expires_at = new Date(NOW + leftMs).toISOString()
  const login = { api_url: SERVER, credential_store: 'file' as const, expires_at, renewable: true }
  const world = fakeWorld({ settings: { profiles: { default: login } }, replies: { ...listed, ...replies } })
  world.stores.file.set(`default@${SERVER}`, '{"kind":"token","token":"old"}')
  await runCommand(world.context, 'vaults', 'list')
  const asked = world.asked.map(({ id, credential }) => `${id} ${credential?.kind === 'token' ? credential.token : ''}`)
  return {
    asked,
    code: world.exitCode(),
    kept: [...world.stores.file.values()],
    profile: world.settings().profiles['default'],
    err: world.stderr(),
  }
}

describe('the login of a person', () => {
  const renew: Replies = { 'device.renew': () => ({ access_token: 'new', token_type: 'Bearer', expires_in: 86_400 }) }

  it('is renewed in the second half of its day, for this run and those after it', async () => {
    expect((await run(13 * HOUR, renew)).asked).toEqual(['vaults.list old'])
    const renewed = await run(11 * HOUR, renew)
    expect(renewed.asked).toEqual(['device.renew old', 'vaults.list new'])
    expect(renewed.kept).toEqual(['{"kind":"token","token":"new"}'])
    expect(renewed.profile?.expires_at).toBe(new Date(NOW + 24 * HOUR).toISOString())
  })

  it('works even if it looks expired to a clock that is 25 hours ahead', async () => {
    expect(await run(-HOUR, renew)).toMatchObject({ code: 0, asked: ['device.renew old', 'vaults.list new'] })
  })

  it.each(['policy.denied', 'resource.unknown', 'server.unreachable'] as const)(
    'is used unchanged when renewing fails with %s',
    async code => {
      const refused = await run(HOUR, { 'device.renew': () => Promise.reject(new Problem(code)) })
      expect(refused).toMatchObject({
        code: 0,
        asked: ['device.renew old', 'vaults.list old'],
        kept: ['{"kind":"token","token":"old"}'],
      })
    },
  )

  it('is reported as expired once the server has said so', async () => {
    const no = () => Promise.reject(new Problem('auth.required'))
    const over = await run(-HOUR, { 'device.renew': no, 'vaults.list': no })
    expect([over.code, over.err]).toEqual([4, 'error: Your login has expired. Run `1claw login` again.\n'])
  })
})

describe('--expires-in', () => {
  it('uses the server’s clock, or the local one if the server sends no time', async () => {
    const served = NOW - 25 * HOUR
    const key = ({ body }: Input<'api-keys.create'>) => ({
      key: { id: VAULT_ID, name: body.name, key_prefix: '1ck_', scopes: [], is_active: true, created_at: '2026-03-01T12:00:00Z' },
      api_key: '1ck_x',
    })
    const ends = async (headers: Record<string, string>) => {
      const world = fakeWorld({
        env: SIGNED_IN,
        replies: { 'api-keys.create': key },
        raw: () => ({ status: 200, headers, body: '{}' }),
      })
      await runCommand(world.context, 'api-keys', 'create', 'ci', '--expires-in', '1h30m')
      const made = world.asked.find(({ id }) => id === 'api-keys.create')?.input as Input<'api-keys.create'> | undefined
      return made?.body.expires_at
    }
    expect(await ends({ date: new Date(served).toUTCString() })).toBe(new Date(served + 1.5 * HOUR).toISOString())
    expect(await ends({})).toBe(new Date(NOW + 1.5 * HOUR).toISOString())
  })
})
