import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const engines = onEngines(engine =>
  testsOn(engine).extend(
    'post',
    ({ world, owner }) =>
      (body: string) =>
        world.call('POST', '/v1/vaults', { token: owner.token, body, headers: JSON_TYPE }),
  ),
)

describe.each(engines)('bodies, on $engine', ({ it }) => {
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

  it.for([
    ['{"name":"a\\ud800b"}', 'name'],
    ['{"name":"\\uDC00\\uD800"}', 'name'],
    ['{"name":"ok","description":"\\\\\\udFFF"}', 'description'],
    ['{"name":"ok","unknown":[{"x":"\\uDbFf"}]}', 'unknown'],
    ['{"name":"ok","unknown":{"\\ud800":1}}', 'unknown'],
    ['{"name":"ok","\\ud800":1}', 'body'],
  ] as const)('with half a surrogate pair are refused: %s', async ([body, field], { post }) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      body: { fields: { [field]: 'must be well-formed Unicode' } },
    })
  })

  it('can have whole surrogate pairs, and backslashes before the same letters', async ({ post }) => {
    expect((await post('{"name":"\\ud83d\\uDE00"}')).body.name).toBe('😀')
    expect((await post('{"name":"\\\\ud800"}')).body.name).toBe('\\ud800')
  })
})
