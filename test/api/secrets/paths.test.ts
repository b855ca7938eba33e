import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { CANONICAL, REFUSED } from '../../support/path-tricks.ts'
import { listening } from '../../support/raw.ts'
import { allEvents, rowsOf } from '../../support/rows.ts'

/** An operation on a path: the parts of its URL before and after the path. */
interface Verb {
  readonly method: string
  readonly before: string
  readonly after: string
  readonly body?: object
}

const PUT: Verb = { method: 'PUT', before: 'secrets/', after: '', body: { value: 'v' } }
const GET: Verb = { method: 'GET', before: 'secrets/', after: '' }
const VERSIONS: Verb = { method: 'GET', before: 'secret-versions/', after: '' }
const VERSION: Verb = { method: 'GET', before: 'secret-version/', after: '/1' }
const VERBS: readonly Verb[] = [
  PUT,
  GET,
  { method: 'DELETE', before: 'secrets/', after: '' },
  VERSIONS,
  VERSION,
  { method: 'POST', before: 'secret-version-disable/', after: '/1' },
  { method: 'POST', before: 'secret-rotate/', after: '', body: {} },
]

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
      const call = (await listening(world)).call
      const agent = await world.agent(owner)
      await world.policy(owner, vaultId, agent, 'open/**', ['read', 'write', 'delete', 'rotate'])
      await world.put(owner, vaultId, 'closed/secret', 'closed')
      await world.put(owner, vaultId, 'open/secret', 'open')
      return { call, agent }
    })
    .extend('calls', ({ owner, vaultId, scene: { call } }) => {
      const send = ({ method, before, after, body }: Verb, encoded: string, token = owner.token) => {
        return call(method, `/v1/vaults/${vaultId}/${before}${encoded}${after}`, { token, body })
      }
      return { send }
    }),
)

describe.each(engines)('secret paths, on $engine', ({ it }) => {
  it.for(CANONICAL)('%s is %s, for every writer and reader', async ([encoded, path], { calls: { send } }) => {
    expect(await send(PUT, encoded)).toMatchObject({ status: 201, body: { path } })
    for (const verb of [GET, VERSION]) expect((await send(verb, encoded)).body).toMatchObject({ path, value: 'v' })
    expect((await send(VERSIONS, encoded)).body.versions[0].path).toBe(path)
    expect((await send(GET, encodeURIComponent(path))).body.path).toBe(path)
  })

  it.for(VERBS)('$method $before refuses every other spelling of a path', async (verb, { calls: { send } }) => {
    for (const encoded of REFUSED) {
      const { status, body } = await send(verb, encoded)
      expect({ encoded: encoded.slice(0, 40), status, type: body.type }).toEqual({
        encoded: encoded.slice(0, 40),
        status: 400,
        type: 'about:blank',
      })
    }
  })

  it.for(VERBS)(
    '$method $before does not reach a path beyond the permitted one',
    async (verb, { scene: { agent }, calls: { send } }) => {
      const tricks = [
        'open/../closed/secret',
        'open/%2e%2e/closed/secret',
        'open%2F..%2Fclosed%2Fsecret',
        'open%2f%2e%2e%2fclosed%2fsecret',
        'open/..%2fclosed/secret',
        'open/%252e%252e/closed/secret',
        'open\\..\\closed/secret',
        'open/..;/closed/secret',
        'open/secret/../../closed/secret',
        'open/%00/../closed/secret',
        './closed/secret',
        '/closed/secret',
        '%2Fclosed/secret',
        '//closed/secret',
      ]
      for (const trick of tricks)
        expect({ trick, status: (await send(verb, trick, agent.token)).status }).toEqual({ trick, status: 400 })
      expect((await send(verb, 'closed/secret', agent.token)).status).toBe(403)
      expect((await send(verb, 'closed%2Fsecret', agent.token)).status).toBe(403)
      expect((await send(verb, 'Open/secret', agent.token)).status).toBe(403)
    },
  )

  it('are not shifted by an absolute target or by the console’s prefix', async ({ vaultId, scene: { call, agent } }) => {
    for (const url of [
      `http://1claw.test/v1/vaults/${vaultId}/secrets/open/secret`,
      `HTTPS://other.example:99/api/v1/vaults/${vaultId}/secrets/open/secret`,
      `/api/v1/vaults/${vaultId}/secrets/open%2Fsecret`,
      `/v1/vaults/${vaultId}/secrets/open/secret?path=closed/secret#closed/secret`,
    ]) {
      expect((await call('GET', url, { token: agent.token })).body).toMatchObject({ path: 'open/secret', value: 'open' })
    }
  })

  it('are stored only in canonical form', async ({ world }) => {
    const paths = (await rowsOf(world, 'SELECT path FROM secrets')).map(({ path }) => String(path))
    expect(new Set(paths).size).toBe(paths.length)
    for (const path of paths) expect(path).toMatch(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/)
  })

  it('are logged in canonical form, and not at all when invalid', async ({ world }) => {
    const paths = (await allEvents(world)).map(({ details }) => details['path']).filter(path => path !== undefined)
    for (const path of paths) expect(path).toMatch(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/)
  })

  it('of an explanation follow the same rules', async ({ world, owner, vaultId, scene: { agent } }) => {
    for (const path of ['../a', 'a//b', '/a', 'a%2Fb', 'a'.repeat(513)]) {
      const body = { principal_type: 'agent', principal_id: agent.id, permission: 'read', path }
      const reply = await world.call('POST', `/v1/vaults/${vaultId}/policies/explain`, { token: owner.token, body })
      expect(reply).toMatchObject({ status: 400, body: { fields: { path: expect.any(String) } } })
    }
  })
})
