import { describe, expect, it } from 'vitest'
import { assemble } from '../../../server/main.ts'
import { proveSecretPlaces } from '../../../server/modules/keys/server/secret-places.ts'
import { openParts } from '../../support/chaos/parts.ts'
import { ENGINES } from '../../support/databases.ts'
import { placeOfRelease } from '../../support/releases/place.ts'
import { readRelease } from '../../support/releases/release.ts'
import { rowsOf } from '../../support/rows.ts'
import { PASSWORD } from '../../support/world.ts'

describe.each(ENGINES)('secrets of release 0.1.0, on %s', { timeout: 120_000 }, engine => {
  /** Their release, and the number of them with a MAC. */
  async function taken() {
    const release = readRelease('0.1.0')
    const config = await placeOfRelease(release, engine)
    const place = { config, dataDir: config.dataDir }
    const macs = async () => (await rowsOf(place, 'SELECT mac FROM secrets')).map(({ mac }) => mac)
    const edit = async (sql: string) => {
      if (engine === 'postgres') await rowsOf(place, 'ALTER TABLE secrets DISABLE TRIGGER USER')
      await rowsOf(place, sql)
    }
    /** The reply for `prod/db/url` to the owner, from a server that starts now. */
    const read = async () => {
      const server = await assemble(config)
      try {
        const call = async (method: 'GET' | 'POST', url: string, token?: string, payload?: object) => {
          const headers = { ...(token && { authorization: `Bearer ${token}` }) }
          const reply = await server.app.inject({ method, url, headers, ...(payload && { payload }) })
          return { status: reply.statusCode, body: reply.json() }
        }
        const { body } = await call('POST', '/v1/auth/token', undefined, { email: release.owner, password: PASSWORD })
        const answer = await call('GET', `/v1/vaults/${release.vaults.prod}/secrets/db/url`, body.access_token)
        return answer.status === 200 ? answer.body.value : answer.status
      } finally {
        await server.close()
      }
    }
    return { config, read, macs, edit }
  }

  it('get their MACs at the first start, and none at a later one', async () => {
    const { read, macs, edit } = await taken()
    expect(await read()).toBe('postgres://two')
    const made = await macs()
    expect(made.every(mac => typeof mac === 'string')).toBe(true)
    await edit('UPDATE secrets SET mac = NULL')
    expect(await read()).toBe(500)
    expect(await macs()).toEqual(made.map(() => null))
  })

  it('get the rest at the next start, whichever step was interrupted', async () => {
    const { config, read, macs, edit } = await taken()
    let cuts = 0
    for (let at = 1; ; at++) {
      let steps = Number.NEGATIVE_INFINITY
      const step = () => {
        if (++steps === at) throw new Error('cut off')
      }
      const parts = await openParts(config, { step })
      steps = 0
      const proven = proveSecretPlaces({ ...parts, clock: parts.now, atOnce: 2 }).then(
        () => true,
        () => false,
      )
      const isDone = await proven
      steps = Number.NEGATIVE_INFINITY
      await parts.close()
      if (isDone) break
      cuts++
    }
    expect(cuts).toBeGreaterThan(10)
    expect((await macs()).every(mac => typeof mac === 'string')).toBe(true)
    expect(await read()).toBe('postgres://two')
    await edit('UPDATE secrets SET mac = NULL')
    expect(await read()).toBe(500)
  })
})
