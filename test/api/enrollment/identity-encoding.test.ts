import { generateKeyPairSync } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { assemble } from '../../../server/main.ts'
import { until } from '../../support/intents.ts'
import { makeWorld, ok } from '../../support/world.ts'

it('identity keys stored as PEM are converted to 32 bytes soon after the next start', async () => {
  const world = await makeWorld('sqlite')
  const owner = await world.signUp()
  const { id } = await world.agent(owner)
  const vault = (await ok(world.call('GET', '/v1/org/agent-keys-vault', { token: owner.token }))).body.vault_id
  await world.policy(owner, vault, { id: owner.id }, 'agents/**', ['read', 'write'], { principal_type: 'user' })
  const path = `agents/${id}/ssh/private_key`
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  await world.put(owner, vault, path, pem, { type: 'ssh_key' })
  await world.server.close()

  const server = await assemble(world.config)
  try {
    const read = async () => {
      const headers = { authorization: `Bearer ${owner.token}` }
      return (await server.app.inject({ url: `/v1/vaults/${vault}/secrets/${path}`, headers })).json()
    }
    await until(async () => (await read()).value !== pem, 'it is converted')
    const raw = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url').toString('base64')
    expect(await read()).toMatchObject({ value: raw, version: 2, type: 'ssh_key' })
  } finally {
    await server.close()
    await rm(world.dataDir, { recursive: true, force: true })
  }
})
