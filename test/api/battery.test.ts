import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { endpoints } from '../../src/contract/all.ts'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'
import { badBodies, badQueries } from '../support/battery/bad.ts'
import { NOBODYS_ID, type Sent, urlOf } from '../support/battery/recipe.ts'
import { RECIPES, recipeOf } from '../support/battery/recipes.ts'
import { faultsOfReply } from '../support/battery/reply.ts'
import { type Scene, setScene } from '../support/battery/scene.ts'
import { ENGINES } from '../support/databases.ts'
import { type Event, eventsFromNow } from '../support/rows.ts'
import type { CallOptions, Reply } from '../support/world.ts'

const ALL: readonly EndpointSpec[] = endpoints
const isPublic = ({ auth }: EndpointSpec) => ['public', 'optional', 'optional-user'].includes(auth)
const guarded = ALL.filter(endpoint => !isPublic(endpoint))
const needsPermission = guarded.filter(({ id, action }) => action !== null && !RECIPES[id]?.anyone)
const idParams = guarded
  .filter(({ id }) => !RECIPES[id]?.everywhere)
  .flatMap(endpoint => [...endpoint.path.matchAll(/\{(\w+_id)\}/g)].map(([, name = '']) => ({ endpoint, name })))
const audited = guarded.filter(({ audit }) => audit !== null)
const named = <T extends { readonly endpoint: EndpointSpec }>(cases: readonly T[]) =>
  cases.map(one => ({ id: one.endpoint.id, ...one }))

it('has a recipe for the success of every operation', () => {
  for (const { id } of ALL) recipeOf(id)
  expect(Object.keys(RECIPES).filter(id => !ALL.some(endpoint => endpoint.id === id))).toEqual([])
})

describe.each(ENGINES)('on %s', engine => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene(engine)
  })
  afterAll(() => scene?.world.close())

  const call = (endpoint: EndpointSpec, sent: Sent, options: CallOptions = {}): Promise<Reply> =>
    scene.world.call(endpoint.method, urlOf(endpoint, sent), {
      ...(sent.body && { body: sent.body }),
      ...(sent.headers && { headers: sent.headers }),
      ...options,
    })

  const good = async (endpoint: EndpointSpec): Promise<Sent & { token: string }> => {
    const sent = await recipeOf(endpoint.id).good(scene)
    return { token: endpoint.auth === 'agent' ? scene.agent.token : scene.owner.token, ...sent }
  }

  describe('without a valid token', () => {
    it.each(guarded)('$id returns 401, always in the same words', async endpoint => {
      const [expected] = [await scene.world.call('GET', '/v1/vaults')]
      for (const token of [undefined, 'nonsense', 'a.b.c', '1ck_unknown', 'ocv_unknown']) {
        const reply = await call(endpoint, {}, { token })
        expect(reply.status).toBe(401)
        expect(withoutRequestId(reply)).toEqual(withoutRequestId(expected))
        expect(reply.headers['www-authenticate']).toBe('Bearer')
      }
    })
  })

  describe('with a token of the wrong kind', () => {
    it.each(guarded.filter(({ auth }) => auth !== 'user-or-agent'))('$id returns 403', async endpoint => {
      const { token } = endpoint.auth === 'agent' ? scene.owner : scene.agent
      const reply = await call(endpoint, await good(endpoint), { token })
      expect(reply).toMatchObject({ status: 403, body: { type: 'about:blank', title: 'Forbidden', status: 403 } })
    })
  })

  describe('without permission', () => {
    it.each(needsPermission)('$id returns 403', async endpoint => {
      const sent = await good(endpoint)
      expect((await call(endpoint, sent, { token: scene.member.token })).status).toBe(403)
      if (endpoint.auth === 'user-or-agent') expect((await call(endpoint, sent, { token: scene.agent.token })).status).toBe(403)
    })

    it.each(guarded.filter(({ id, auth }) => RECIPES[id]?.anyone && auth !== 'agent'))(
      '$id is for anyone in the organisation',
      async endpoint => {
        const sent = await recipeOf(endpoint.id).good(scene)
        const reply = await call(endpoint, sent, { token: sent.token ?? scene.member.token })
        expect(reply.status).toBe(endpoint.status)
      },
    )
  })

  describe('an id of another organisation', () => {
    it.each(named(idParams))('$id answers as for an unknown id: $name', async ({ endpoint, name }) => {
      const sent = await good(endpoint)
      const to = (id: string) => call(endpoint, { ...sent, params: { ...sent.params, [name]: id } }, { token: sent.token })
      const nobodys = await to(NOBODYS_ID)
      const theirs = scene.foreign[name]
      if (theirs === undefined)
        throw new Error(`The scene has no ${name} of another organisation; add one in test/support/battery/scene.ts.`)
      const replies = [await to(theirs), await to(theirs.toUpperCase())]
      expect(nobodys.status).toBe(404)
      for (const reply of replies) {
        expect(reply.status).toBe(404)
        expect(withoutRequestId(reply)).toEqual(withoutRequestId(nobodys))
      }
      expect((await to('not-a-uuid')).status).toBe(404)
    })
  })

  describe('a malformed request', () => {
    it.each(ALL.filter(({ body }) => body))('$id refuses with 400 and names the field', async endpoint => {
      const sent = await good(endpoint)
      for (const { fault, field, sent: body } of badBodies(endpoint, sent.body ?? {})) {
        const reply = await call(endpoint, { ...sent, body: body as Record<string, unknown> }, { token: sent.token })
        expect({ fault, status: reply.status, field: Object.keys(reply.body.fields ?? {})[0] }).toEqual({
          fault,
          status: 400,
          field: expect.stringMatching(new RegExp(`^${field}([.[]|$)`)),
        })
      }
    })

    it.each(ALL.filter(({ body }) => body))('$id refuses a body that is not an object', async endpoint => {
      const sent = await good(endpoint)
      const headers = { 'content-type': 'application/json' }
      for (const body of ['[]', '"text"', '7', 'true']) {
        const reply = await call(endpoint, { ...sent, body: {} }, { token: sent.token, headers, body })
        expect({ body, status: reply.status }).toEqual({ body, status: 400 })
      }
    })

    it.each(ALL.filter(({ query }) => query))('$id refuses a query that it cannot read', async endpoint => {
      const sent = await good(endpoint)
      for (const { fault, field, sent: query } of badQueries(endpoint)) {
        // The required fields are present next to the faulty one.
        const asked = new URLSearchParams(sent.query)
        for (const [name, value] of new URLSearchParams(query)) asked.set(name, value)
        const reply = await call(endpoint, { ...sent, query: `?${asked}` }, { token: sent.token })
        expect({ fault, status: reply.status, fields: Object.keys(reply.body.fields ?? {}) }).toEqual({
          fault,
          status: 400,
          fields: [field],
        })
      }
    })
  })

  describe('a method that a path does not answer', () => {
    const paths = [...Map.groupBy(ALL, ({ path }) => path)].map(([path, [first, ...rest]]) => ({ path, first, rest }))

    it.each(paths)('is 405 with Allow: $path', async ({ path, first, rest }) => {
      if (!first) throw new Error('a path without an operation')
      const own: string[] = [first, ...rest].map(({ method }) => method)
      // Load balancers and monitors use HEAD.
      const allowed = first.id.startsWith('health.') ? [...own, 'HEAD'] : own
      const url = urlOf(first, { params: { user_code: 'BCDF-GHJK' } })
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        if (allowed.some(each => each === method)) continue
        const reply = await scene.world.call(method, url, { token: scene.owner.token })
        expect({ path, method, status: reply.status, allow: String(reply.headers['allow']).split(', ').sort() }).toEqual({
          path,
          method,
          status: 405,
          allow: [...allowed].sort(),
        })
      }
    })
  })

  describe('the audit log', () => {
    it.each(audited.filter(({ id }) => !RECIPES[id]?.never))('has one $audit for a success of $id', async endpoint => {
      const sent = await good(endpoint)
      const added = await eventsFromNow(scene.world)
      expect((await call(endpoint, sent, { token: sent.token })).status).toBe(endpoint.status)
      // A job of this or an earlier test could have ended in the meantime and recorded that; and a purge destroys keys.
      const jobs = ({ action, details }: Event) =>
        action === 'key.destroy' || / (completed|failed)$/.test(String(details['change']))
      const own = (await added()).filter(({ details }) => !('repeats' in details)).filter(event => !jobs(event))
      const { events = 1, also = [] } = recipeOf(endpoint.id)
      const expected = [...also, ...Array<string | null>(events).fill(endpoint.audit)]
      expect(own.map(({ action, details }) => ({ action, outcome: details['outcome'] }))).toEqual(
        expected.map(action => ({ action, outcome: undefined })),
      )
    })

    it('has every attempt that was denied', async () => {
      const expected: string[] = []
      // Attempts that were summed up before must not hide the next ones.
      scene.world.server.services.flushFailures()
      await scene.world.server.services.log.drain()
      const added = await eventsFromNow(scene.world)
      for (const endpoint of audited) {
        await call(endpoint, {}, {})
        expected.push(`${endpoint.audit} 401 anonymous`)
        if (RECIPES[endpoint.id]?.anyone) continue
        const intruder = endpoint.auth === 'user' ? 'agent' : 'member'
        expect((await call(endpoint, await good(endpoint), { token: scene[intruder].token })).status).toBe(403)
        expected.push(`${endpoint.audit} 403 ${intruder === 'agent' ? 'agent' : 'user'}`)
      }
      await vi.waitFor(async () => {
        scene.world.server.services.flushFailures()
        const denied = (await added()).filter(({ details }) => details['outcome'] === 'denied')
        // A repeat within a minute is summed up: one event with the number of repeats after the first.
        const found = denied.flatMap(({ action, details, actor_type }) =>
          Array<string>(Number(details['repeats'] ?? 1)).fill(`${action} ${details['status']} ${actor_type}`),
        )
        expect(found.sort()).toEqual(expected.sort())
      }, 15_000)
      expect(expected.length).toBeGreaterThan(audited.length)
    })
  })

  describe('a success', () => {
    it.each(ALL.filter(({ id }) => !RECIPES[id]?.never))('of $id returns exactly what its schema says', async endpoint => {
      const sent = await good(endpoint)
      const reply = await call(endpoint, sent, { token: isPublic(endpoint) ? undefined : sent.token })
      expect({ status: reply.status, body: reply.status === endpoint.status ? undefined : reply.body }).toEqual({
        status: endpoint.status,
      })
      expect(faultsOfReply(endpoint, reply)).toEqual([])
      expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    })
  })
})

function withoutRequestId({ status, body, headers }: Reply) {
  const { request_id, ...rest } = body
  expect(request_id).toBe(headers['x-request-id'])
  return { status, body: rest, type: headers['content-type'] }
}
