import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

describe.each(onEngines(testsOn))('bodies, on $engine', ({ it }) => {
  it('are limited in their number of parts even where they can be long', async ({ world, owner, vaultId }) => {
    const put = (body: string) =>
      world.call('PUT', `/v1/vaults/${vaultId}/secrets/parts`, { token: owner.token, body, headers: JSON_TYPE })
    const parts = (part: string) => `[${Array(40_000).fill(part).join(',')}]`
    for (const sent of [parts('{}'), parts('1'), parts('"a"'), parts('[]')]) {
      expect((await put(`{"value":"v","x":${sent}}`)).status).toBe(413)
      expect(
        (
          await world.call('POST', `/v1/vaults/${vaultId}/secrets`, {
            token: owner.token,
            body: `{"secrets":${sent}}`,
            headers: JSON_TYPE,
          })
        ).status,
      ).toBe(413)
    }
    // The content of a value is text, even if it looks like JSON.
    for (const value of [parts('{}'), '"'.repeat(50_000), '\\'.repeat(50_001), '\\",['.repeat(20_000)]) {
      expect((await put(JSON.stringify({ value }))).status).toBe(201)
      expect((await world.call('GET', `/v1/vaults/${vaultId}/secrets/parts`, { token: owner.token })).body.value).toBe(value)
    }
  })
})
