import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'

const MIB = 1024 * 1024

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const url = (path: string) => `/v1/vaults/${vaultId}/secrets/${path}`
    const put = (path: string, body: unknown) =>
      world.call('PUT', url(path), { token: owner.token, body, headers: { 'content-type': 'application/json' } })
    const read = async (path: string) => (await world.call('GET', url(path), { token: owner.token })).body.value
    return { url, put, read }
  }),
)

describe.each(engines)('values, on $engine', ({ it }) => {
  it.for(
    cases([
      ['nothing', ''],
      ['one space', ' '],
      ['line breaks of all kinds', 'a\r\nb\nc\rd\u2028e\u2029f'],
      ['NUL and other control characters', '\0\u0001\u001f\u007f\u0080'],
      ['every plane', 'ascii ü ж 漢 😀 \u{10ffff} \u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
      ['what normalising would change', 'e\u0301 \ufb01 \u212b \u200b \ufeff'],
      ['a byte order mark first', '\ufefftext'],
      ['noncharacters', '\ufffe\uffff\ufdd0'],
      ['JSON', '{"__proto__": {"a": "\\u0000"}}'],
      ['quotes and backslashes', `'"\\\\"'`],
    ]),
  )('are returned unchanged: %s', async ([_, value], { world, owner, vaultId, calls: { read } }) => {
    await world.put(owner, vaultId, 'unicode', value)
    expect(await read('unicode')).toBe(value)
  })

  it('are returned unchanged, whatever escapes they were sent with', async ({ calls: { put, read } }) => {
    expect((await put('escaped', '{"value":"\\u0041\\ud83d\\ude00\\n\\u0000\\/"}')).status).toBe(201)
    expect(await read('escaped')).toBe('A😀\n\0/')
  })

  it('can have 5 MiB of UTF-8, and not one byte more', async ({ calls: { put, read } }) => {
    const exactly = `${'é'.repeat((5 * MIB) / 2)}`
    expect((await put('large', { value: exactly })).status).toBe(201)
    expect((await read('large')) === exactly).toBe(true)
    expect(await put('large', { value: `${exactly}x` })).toMatchObject({ status: 413, body: { title: 'Payload Too Large' } })
    expect((await put('large', { value: 'x'.repeat(11 * MIB) })).status).toBe(413)
    expect((await read('large')) === exactly).toBe(true)
  })

  it.for(['"\\ud800"', '"a\\udfffb"', '"\\udc00\\ud800"'])(
    'cannot contain half characters: %s',
    async (json, { calls: { put } }) => {
      expect(await put('half', `{"value":${json}}`)).toMatchObject({
        status: 400,
        body: { fields: { value: expect.any(String) } },
      })
    },
  )

  it('are refused when their bytes are not UTF-8', async ({ world, owner, calls: { put, url } }) => {
    const body = Buffer.concat([Buffer.from('{"value":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('b"}')])
    expect(await put('latin', body)).toMatchObject({ status: 400, body: { detail: 'The body is not valid UTF-8.' } })
    expect((await world.call('GET', url('latin'), { token: owner.token })).status).toBe(404)
  })

  it.for([null, 7, true, ['a'], { a: 1 }])('must be text: %j is refused', async (value, { calls: { put } }) => {
    expect(await put('typed', { value })).toMatchObject({ status: 400, body: { fields: { value: expect.any(String) } } })
  })

  it('have metadata of up to 16 KiB that is nested no deeper than 32', async ({ calls: { put } }) => {
    const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    for (const [metadata, status] of [
      ['{"__proto":{"ключ":[1,2.5,true,null,"\\u0000"]}}', 201],
      [deep(31), 201],
      [deep(40), 400],
      [deep(100_000), 413],
      [JSON.stringify({ a: 'x'.repeat(16_000) }), 201],
      [JSON.stringify({ a: 'x'.repeat(17_000) }), 400],
      [JSON.stringify({ a: Array(20_000).fill(1) }), 400],
      ['[]', 400],
      ['"text"', 400],
    ] as const) {
      const reply = await put('described', `{"value":"v","metadata":${metadata}}`)
      expect({ metadata: metadata.slice(0, 30), status: reply.status }).toEqual({ metadata: metadata.slice(0, 30), status })
    }
  })

  it.for(
    cases([
      ['expires_at', 'tomorrow'],
      ['expires_at', '2030-02-31T00:00:00Z'],
      ['expires_at', 1_900_000_000],
      ['max_access_count', -1],
      ['max_access_count', 1.5],
      ['max_access_count', 2 ** 31],
      ['type', 'secret'],
    ]),
  )('are refused with %s = %j', async ([field, value], { calls: { put } }) => {
    expect(await put('fields', { value: 'v', [field]: value })).toMatchObject({
      status: 400,
      body: { fields: { [field]: expect.any(String) } },
    })
  })
})
