import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openVersion } from '../../../server/keys/stored-version.ts'
import { type CmekKey, cmekKey } from '../../../src/crypto/cmek.ts'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { everything, rowsOf } from '../../support/rows.ts'
import { ok, type Reply } from '../../support/world.ts'

interface CustomerKey extends CmekKey {
  readonly base64: string
}

async function newKey(): Promise<CustomerKey> {
  const bytes = randomBytes(32)
  return { ...(await cmekKey(bytes)), base64: bytes.toString('base64') }
}

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner }) => {
    const call = (method: string, url: string, body?: object, headers?: Record<string, string>) =>
      world.call(method, `/v1/vaults/${url}`, { token: owner.token, body, ...(headers && { headers }) })
    async function cmekVault(key: CustomerKey): Promise<string> {
      const id = await world.vault(owner)
      await ok(call('POST', `${id}/cmek`, { fingerprint: key.fingerprint }))
      return id
    }
    const rotate = (id: string, from: CustomerKey, to: CustomerKey, more: object = {}) =>
      call(
        'POST',
        `${id}/cmek-rotate`,
        { new_fingerprint: to.fingerprint, ...more },
        { 'x-cmek-old-key': from.base64, 'x-cmek-new-key': to.base64 },
      )
    async function ended(id: string, jobId: string): Promise<Reply> {
      for (;;) {
        const reply = await ok(call('GET', `${id}/cmek-rotate/${jobId}`))
        if (reply.body.status !== 'running') return reply
      }
    }
    return { call, cmekVault, rotate, ended }
  }),
)

describe.each(engines)("customers' keys, on $engine", ({ it }) => {
  it('are known to the server only by fingerprint, and stored values open only with the key', async ({
    calls: { cmekVault, call },
  }) => {
    const key = await newKey()
    const id = await cmekVault(key)
    expect((await call('GET', id)).body).toMatchObject({ cmek_enabled: true, cmek_fingerprint: key.fingerprint })
    const blob = await key.encrypt('the value')
    await ok(call('PUT', `${id}/secrets/a`, { value: blob, cmek_fingerprint: key.fingerprint }))
    const { body } = await call('GET', `${id}/secrets/a`)
    expect(body).toMatchObject({ value: blob, cmek_encrypted: true })
    expect(await key.decrypt(body.value)).toBe('the value')
  })

  it('are needed to open stored values: the database and the root key are not enough', async ({
    world,
    owner,
    calls: { cmekVault, call },
  }) => {
    const key = await newKey()
    const id = await cmekVault(key)
    const value = `clear ${randomUUID()}`
    await ok(call('PUT', `${id}/secrets/a`, { value: await key.encrypt(value) }))
    await ok(call('PUT', `${id}/secrets/a`, { value: await key.encrypt(value) }))
    const { database, keyring } = world.server.services
    const keks = await database.read(({ vaultKeys }) => vaultKeys.keks({ id, orgId: owner.orgId }))
    const rows = await rowsOf(world, `SELECT secret_id FROM secret_versions WHERE cmek_fingerprint = '${key.fingerprint}'`)
    const secret_id = String(rows[0]?.['secret_id'])
    const places = [1, 2].map(version => ({ secret_id, version }))
    const versions = await database.read(({ sealedVersions }) => sealedVersions.byPlaces(places))
    if (!keks) throw new Error('The vault is gone.')
    const stored = await everything(world)
    const root = await readFile(join(world.dataDir, 'root.key'))
    // Everything that is 32 bytes long and could be a key: each window of the root key file, and hashes of it and of the data stored next
    // to it.
    const guesses = Array.from({ length: root.length - 31 }, (_, at) => root.subarray(at, at + 32))
    for (const text of [root, Buffer.from(key.fingerprint, 'hex'), Buffer.from(key.fingerprint)])
      guesses.push(createHash('sha256').update(text).digest())
    guesses.push(Buffer.from(key.fingerprint, 'hex'))
    for (const row of versions) {
      const opened = (await openVersion(keyring, { id, orgId: owner.orgId, ...keks }, row)).toString('latin1')
      expect(Buffer.from(opened, 'base64').includes(value)).toBe(false)
      for (const guess of guesses) expect(await (await cmekKey(guess)).decrypt(opened)).toBeUndefined()
      expect(await key.decrypt(opened)).toBe(value)
    }
    for (const form of [value, key.base64, Buffer.from(key.base64, 'base64').toString('hex')]) {
      expect(stored.includes(form)).toBe(false)
      expect(root.includes(form)).toBe(false)
    }
  })

  it('refuse values that are not encrypted or that the server would generate', async ({ calls: { cmekVault, call } }) => {
    const key = await newKey()
    const id = await cmekVault(key)
    expect(await call('PUT', `${id}/secrets/a`, { value: 'clear' })).toMatchObject({
      status: 400,
      body: { fields: { value: expect.any(String) } },
    })
    await ok(call('PUT', `${id}/secrets/a`, { value: await key.encrypt('one') }))
    expect((await call('POST', `${id}/secret-rotate/a`)).status).toBe(409)
    const other = await newKey()
    const wrong = { value: await other.encrypt('x'), cmek_fingerprint: other.fingerprint }
    expect((await call('PUT', `${id}/secrets/a`, wrong)).status).toBe(409)
  })

  it.for(
    cases([
      ['upper case', 'A'.repeat(64)],
      ['short', 'a'.repeat(63)],
      ['no hex', 'g'.repeat(64)],
    ]),
  )('need a fingerprint of 64 lower-case digits: %s is refused', async ([_, fingerprint], { world, owner, calls: { call } }) => {
    expect((await call('POST', `${await world.vault(owner)}/cmek`, { fingerprint })).status).toBe(400)
  })

  it('are changed only by a rotation, and removed without touching stored values', async ({ calls: { cmekVault, call } }) => {
    const [key, other] = [await newKey(), await newKey()]
    const id = await cmekVault(key)
    expect((await call('POST', `${id}/cmek`, { fingerprint: other.fingerprint })).status).toBe(409)
    const blob = await key.encrypt('kept')
    await ok(call('PUT', `${id}/secrets/a`, { value: blob }))
    expect((await ok(call('DELETE', `${id}/cmek`))).body).toMatchObject({ cmek_enabled: false })
    expect((await call('GET', `${id}/secrets/a`)).body).toMatchObject({ value: blob, cmek_encrypted: true })
    await ok(call('PUT', `${id}/secrets/a`, { value: 'clear' }))
    expect((await call('GET', `${id}/secrets/a`)).body).not.toHaveProperty('cmek_encrypted')
  })

  it('are hidden from agents, and from members who neither created the vault nor manage it', async ({ world, owner }) => {
    const key = await newKey()
    const id = await world.vault(owner)
    const agent = await world.agent(owner)
    await world.policy(owner, id, agent, '**', ['read', 'write', 'admin'])
    const member = await world.colleague(owner)
    for (const token of [agent.token, member.token]) {
      const reply = await world.call('POST', `/v1/vaults/${id}/cmek`, { token, body: { fingerprint: key.fingerprint } })
      expect(reply.status).toBe(403)
    }
  })

  it('cannot be set on the vault that the server itself writes to', async ({ world, owner, calls: { call } }) => {
    await world.agent(owner)
    const { vault_id } = (await ok(world.call('GET', '/v1/org/agent-keys-vault', { token: owner.token }))).body
    expect((await call('POST', `${vault_id}/cmek`, { fingerprint: 'a'.repeat(64) })).status).toBe(403)
  })

  describe('in a rotation', () => {
    it('convert every version, including deleted ones, and drop the old key', async ({
      calls: { cmekVault, call, rotate, ended },
    }) => {
      const [from, to] = [await newKey(), await newKey()]
      const id = await cmekVault(from)
      const paths = Array.from({ length: 130 }, (_, i) => `many/${i}`)
      for (const path of paths) await ok(call('PUT', `${id}/secrets/${path}`, { value: await from.encrypt(path) }))
      await ok(call('PUT', `${id}/secrets/many/0`, { value: await from.encrypt('second') }))
      await ok(call('DELETE', `${id}/secrets/many/1`))
      const begun = await rotate(id, from, to)
      expect(begun).toMatchObject({
        status: 202,
        body: { vault_id: id, status: 'running', total_secrets: 131, old_fingerprint: from.fingerprint },
      })
      expect((await ended(id, begun.body.id)).body).toMatchObject({ status: 'completed', processed: 131 })
      const { rotations } = (await ok(call('GET', `${id}/cmek-rotate`))).body
      expect(rotations).toMatchObject([{ id: begun.body.id, status: 'completed', new_fingerprint: to.fingerprint }])
      expect((await call('GET', id)).body.cmek_fingerprint).toBe(to.fingerprint)
      const read = async (url: string) => to.decrypt((await ok(call('GET', `${id}/${url}`))).body.value)
      expect(await read('secrets/many/0')).toBe('second')
      expect(await read('secret-version/many/0/1')).toBe('many/0')
      for (const path of paths.slice(2, 10)) expect(await read(`secrets/${path}`)).toBe(path)
    })

    it('are both checked against their fingerprints', async ({ calls: { cmekVault, rotate, call } }) => {
      const [from, to, other] = [await newKey(), await newKey(), await newKey()]
      const id = await cmekVault(from)
      expect((await rotate(id, other, to)).body.fields).toEqual({ 'x-cmek-old-key': expect.any(String) })
      expect((await rotate(id, from, to, { new_fingerprint: other.fingerprint })).status).toBe(400)
      expect((await rotate(id, from, from)).status).toBe(400)
      expect((await rotate(id, from, { ...to, base64: 'short' })).status).toBe(400)
      expect((await call('POST', `${id}/cmek-rotate`, { new_fingerprint: to.fingerprint })).status).toBe(400)
      expect((await call('GET', id)).body.cmek_fingerprint).toBe(from.fingerprint)
    })

    it('report and keep what the old key does not open, and accept the same keys again', async ({
      calls: { cmekVault, call, ended, rotate },
    }) => {
      const [from, to, stray] = [await newKey(), await newKey(), await newKey()]
      const id = await cmekVault(from)
      await ok(call('PUT', `${id}/secrets/good`, { value: await from.encrypt('good') }))
      const lost = await stray.encrypt('lost')
      await ok(call('PUT', `${id}/secrets/lost`, { value: lost }))
      const first = await ended(id, (await rotate(id, from, to)).body.id)
      expect(first.body).toMatchObject({ status: 'failed', processed: 1, error: expect.stringContaining('one version') })
      expect((await call('GET', `${id}/secrets/lost`)).body.value).toBe(lost)
      const again = await rotate(id, from, to)
      expect(again).toMatchObject({ status: 202, body: { id: first.body.id } })
      expect((await ended(id, first.body.id)).body.status).toBe('failed')
    })

    it('continue with the same keys after a process died, and allow no blind write meanwhile', async ({
      world,
      calls: { cmekVault, call, rotate, ended },
    }) => {
      const [from, to, other] = [await newKey(), await newKey(), await newKey()]
      const id = await cmekVault(from)
      await ok(call('PUT', `${id}/secrets/a`, { value: await from.encrypt('a') }))
      await ok(call('PUT', `${id}/secrets/b`, { value: await from.encrypt('b') }))
      const kept = `kept_${randomUUID().replaceAll('-', '')}`
      const secretId = (await call('GET', `${id}/secrets/b`)).body.id
      await rowsOf(world, `CREATE TABLE ${kept} AS SELECT * FROM secret_versions WHERE secret_id = '${secretId}'`)
      const job = (await rotate(id, from, to)).body
      await ended(id, job.id)
      // The state that a process leaves if it is killed between two batches: one version is done, one is not, and the process still holds
      // the job for a while.
      const columns = 'ciphertext, wrapped_dek, cmek_fingerprint'
      const old = columns.split(', ').map(column => `${column} = (SELECT ${column} FROM ${kept})`)
      await rowsOf(world, `UPDATE secret_versions SET ${old.join(', ')} WHERE secret_id = '${secretId}'`)
      const until = Date.now() + 30_000
      await rowsOf(world, `UPDATE key_jobs SET status = 'running', held_until = ${until} WHERE id = '${job.id}'`)
      expect((await rotate(id, from, to)).status).toBe(409)
      expect((await call('DELETE', `${id}/cmek`)).status).toBe(409)
      expect((await call('PUT', `${id}/secrets/c`, { value: await from.encrypt('c') })).status).toBe(409)
      const told = { value: await to.encrypt('c'), cmek_fingerprint: to.fingerprint }
      expect((await call('PUT', `${id}/secrets/c`, told)).status).toBe(201)
      world.advance(60_000)
      expect((await rotate(id, to, other)).status).toBe(409)
      expect((await rotate(id, from, to)).status).toBe(202)
      expect((await ended(id, job.id)).body).toMatchObject({ status: 'completed', processed: 2 })
    })
  })
})
