import { connect } from 'node:net'
import { describe, expect } from 'vitest'
import { cases, testsOn } from '../../support/fixtures.ts'
import { listening } from '../../support/raw.ts'
import { allEvents } from '../../support/rows.ts'

// Behaviour below HTTP does not depend on the database.

const it = testsOn('sqlite')
  .extend('scene', { scope: 'file', auto: true }, async ({ world }) => {
    const { port, call } = await listening(world)
    return { port, call }
  })
  .extend('calls', ({ world, scene: { port } }) => {
    /**
     * The reply to these bytes until the connection is closed; `hangUp`: by us, as soon as the server has started to handle the request.
     */
    const exchange = (bytes: string, { hangUp = false } = {}) =>
      new Promise<string>(resolve => {
        let text = ''
        const socket = connect(port, '127.0.0.1', () => {
          if (hangUp) world.server.app.server.once('request', () => socket.resetAndDestroy())
          socket.write(bytes)
        })
        socket.on('data', chunk => {
          text += chunk
        })
        socket.on('error', () => {}).on('close', () => resolve(text))
      })
    return { exchange }
  })

// Creates the fixtures of the file before its tests.
it.beforeAll(() => {})

describe('on the wire', () => {
  it.for(
    cases([
      ['64 kB of headers', `GET /livez HTTP/1.1\r\nHost: x\r\n${`X-Fill: ${'a'.repeat(1000)}\r\n`.repeat(64)}\r\n`, 431],
      [
        '2000 headers',
        `GET /livez HTTP/1.1\r\nHost: x\r\n${Array.from({ length: 2000 }, (_, i) => `X-${i}: abcdefgh\r\n`).join('')}\r\n`,
        431,
      ],
      [
        'both framings',
        'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      ['two lengths', 'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!', 400],
      ['a folded header', 'GET /livez HTTP/1.1\r\nHost: x\r\nX-A: b\r\n folded\r\n\r\n', 400],
      ['a bare line feed in a header', 'GET /livez HTTP/1.1\r\nHost: x\r\nX-A: b\nX-B: c\r\n\r\n', 400],
      ['a space before the colon', 'GET /livez HTTP/1.1\r\nHost : x\r\n\r\n', 400],
      ['two hosts', 'GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n', 400],
      [
        'two credentials',
        'GET /v1/vaults HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAUTHORIZATION: Bearer b\r\nConnection: close\r\n\r\n',
        400,
      ],
      ['no host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
      ['an odd encoding', 'POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n', 400],
      ['noise', '\x16\x03\x01\x02\x00\x01\x00', 400],
    ]),
  )('%s is refused and the connection closed', async ([_, bytes, status], { calls: { exchange } }) => {
    const answer = await exchange(bytes)
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(answer.toLowerCase()).toContain('connection: close')
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    if (body.startsWith('{')) expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status })
  })

  it('slow headers end the connection after ten seconds, not after the half minute in which connections are looked at', {
    timeout: 60_000,
  }, async ({ calls: { exchange } }) => {
    const start = performance.now()
    expect(await exchange('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /)
    expect(performance.now() - start).toBeLessThan(25_000)
  })

  it('a body that is announced as too large is refused before it is sent', async ({ owner, vaultId, calls: { exchange } }) => {
    const head = `PUT /v1/vaults/${vaultId}/secrets/a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner.token}\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\nConnection: close\r\n\r\n`
    expect((await exchange(head)).split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large')
  })

  it('a token is asked for before the body is read', async ({ vaultId, calls: { exchange } }) => {
    const head = `PUT /v1/vaults/${vaultId}/secrets/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n`
    expect((await exchange(head)).split('\r\n')[0]).toBe('HTTP/1.1 401 Unauthorized')
  })

  it('a denied attempt is recorded even if the caller hangs up at once', async ({
    world,
    owner,
    vaultId,
    calls: { exchange },
  }) => {
    const member = await world.colleague(owner)
    const lines = [
      `GET /v1/vaults/${vaultId}/secrets/hung-up HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${member.token}`,
      '',
      '',
    ]
    await exchange(lines.join('\r\n'), { hangUp: true })
    await expect
      .poll(async () =>
        (await allEvents(world)).filter(({ details }) => details['path'] === 'hung-up').map(({ details }) => details['outcome']),
      )
      .toEqual(['denied'])
  })

  it('a read is logged even if the caller did not wait for the answer', async ({
    world,
    owner,
    vaultId,
    calls: { exchange },
  }) => {
    await world.put(owner, vaultId, 'abandoned', 'v')
    const lines = [
      `GET /v1/vaults/${vaultId}/secrets/abandoned HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${owner.token}`,
      '',
      '',
    ]
    await exchange(lines.join('\r\n'), { hangUp: true })
    await expect
      .poll(async () =>
        (await allEvents(world)).filter(({ action, details }) => action === 'secret.read' && details['path'] === 'abandoned'),
      )
      .toHaveLength(1)
  })

  it('HEAD, OPTIONS and TRACE do nothing, and reveal nothing', async ({ owner, vaultId, scene: { call } }) => {
    for (const method of ['HEAD', 'OPTIONS', 'TRACE']) {
      const reply = await call(method, `/v1/vaults/${vaultId}/secrets/abandoned`, { token: owner.token })
      expect({ method, status: reply.status, allow: reply.headers['allow'] }).toEqual({
        method,
        status: 405,
        allow: 'PUT, GET, DELETE, PATCH',
      })
    }
    expect((await call('PROPFIND', '/v1/vaults', { token: owner.token })).status).toBe(404)
  })
})
