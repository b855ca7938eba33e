import { describe, expect, it } from 'vitest'
import { HOLD_SECRETS, memory, NotKept } from '../../../../../server/console/session/memory.ts'
import { type Client, createClient } from '../../../../../src/client/client.ts'
import { ROUTES } from '../../../../../src/client/routes.ts'

/** Answers every call with the number of calls so far. */
function counting() {
  let calls = 0
  const send = async () => ({ status: 200, headers: {}, body: JSON.stringify({ answer: ++calls }) })
  return createClient({ baseUrl: 'http://127.0.0.1', transport: { send, close: async () => {} } })
}

const vaults = (client: Client) => client.call('vaults.list')
const secretsOf = (id: string) => (client: Client) => client.call('secrets.list', { params: { vault_id: id } })

describe('the memory of a tab', () => {
  it('returns the reply to the same request, and to no other', async () => {
    const client = counting()
    const { keeping, recall } = memory(client)
    const asking = keeping(client)
    await expect(recall(vaults)).rejects.toThrow(NotKept)
    const first = await secretsOf('one')(asking)
    expect(await recall(secretsOf('one'))).toBe(first)
    await expect(recall(secretsOf('two'))).rejects.toThrow(NotKept)
    const second = await secretsOf('one')(asking)
    expect(await recall(secretsOf('one'))).toBe(second)
  })

  it('returns everything that a page requests, or nothing, even if the page tolerates a missing part', async () => {
    const client = counting()
    const { keeping, recall } = memory(client)
    await vaults(keeping(client))
    const both = async (by: Client) => [await vaults(by), await secretsOf('one')(by).catch(() => undefined)]
    await expect(recall(both)).rejects.toThrow(NotKept)
  })

  it('is cleared by any change', async () => {
    const client = counting()
    const { keeping, recall } = memory(client)
    const asking = keeping(client)
    await vaults(asking)
    await asking.call('vaults.create', { body: { name: 'production' } })
    await expect(recall(vaults)).rejects.toThrow(NotKept)
  })

  it('never holds a value, a key or a link that opens something', async () => {
    const client = counting()
    const { keeping, recall } = memory(client)
    const read = (by: Client) => by.call('secrets.get', { params: { vault_id: 'one', path: 'a' } })
    await read(keeping(client))
    await expect(recall(read)).rejects.toThrow(NotKept)
    for (const id of HOLD_SECRETS) expect(ROUTES).toHaveProperty([id])
  })

  it('has a limited size', async () => {
    const client = counting()
    const { keeping, recall } = memory(client)
    const asking = keeping(client)
    for (let number = 0; number < 100; number++) await secretsOf(String(number))(asking)
    await expect(recall(secretsOf('0'))).rejects.toThrow(NotKept)
    expect(await recall(secretsOf('99'))).toMatchObject({ answer: 100 })
  })
})
