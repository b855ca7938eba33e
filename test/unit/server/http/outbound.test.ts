import type { LookupAddress, LookupOptions } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isForbidden, outbound } from '../../../../server/http/outbound.ts'

type Lookup = NonNullable<Parameters<typeof outbound>[0]>

/** Resolves every name to these addresses, the nth look-up to the nth list. */
function resolving(...lists: readonly (readonly string[])[]): Lookup {
  let count = 0
  const lookup = (_: string, __: LookupOptions, done: (error: Error | null, addresses: LookupAddress[]) => void) => {
    const addresses = lists[Math.min(count++, lists.length - 1)] ?? []
    done(
      null,
      addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return lookup as Lookup
}

describe('the way out', () => {
  let server: Server
  let port = 0
  let seen = 0

  beforeAll(async () => {
    server = createServer((request, reply) => {
      seen += 1
      if (request.url === '/redirect') reply.writeHead(307, { location: 'http://169.254.169.254/' }).end('moved')
      else if (request.url === '/long') reply.end('x'.repeat(2000))
      else if (request.url === '/slow') setTimeout(() => reply.end('late'), 5000).unref()
      else reply.end('hello')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const post = async (url: string, lookup?: Lookup, timeoutMs = 1000) => {
    const way = outbound(lookup)
    try {
      return await way.post({ url, body: '{}', timeoutMs, maxBytes: 1000 })
    } finally {
      await way.close()
    }
  }

  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
  ])('never leads to %s', async address => {
    expect(isForbidden(address)).toBe(true)
    const before = seen
    await expect(post(`http://node.example:${port}/`, resolving([address]))).rejects.toThrow('never contacted')
    await expect(post(`http://${address.includes(':') ? `[${address}]` : address}:${port}/`)).rejects.toThrow('never contacted')
    expect(seen).toBe(before)
  })

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '172.16.0.1', '8.8.8.8', '::1', 'fd00::1', '2606:4700::1111', '100.64.0.1'])(
    'may lead to %s',
    address => {
      expect(isForbidden(address)).toBe(false)
    },
  )

  it.each(['http://2852039166/', 'http://0xa9fea9fe/', 'http://169.254.43518/', 'http://0251.0376.0251.0376/'])(
    'knows an address in disguise: %s',
    async url => {
      await expect(post(url)).rejects.toThrow('never contacted')
    },
  )

  it('leads nowhere when only one of the addresses of a name is forbidden', async () => {
    await expect(post(`http://node.example:${port}/`, resolving(['127.0.0.1', '169.254.169.254']))).rejects.toThrow(
      'never contacted',
    )
  })

  it('vets a name again for each connection', async () => {
    const rebinding = resolving(['127.0.0.1'], ['169.254.169.254'])
    expect((await post(`http://node.example:${port}/`, rebinding)).body).toBe('hello')
    await expect(post(`http://node.example:${port}/`, rebinding)).rejects.toThrow('never contacted')
  })

  it('does not follow redirects', async () => {
    expect(await post(`http://127.0.0.1:${port}/redirect`)).toEqual({ status: 307, body: 'moved' })
  })

  it('ends where an answer is too long or too slow', async () => {
    await expect(post(`http://127.0.0.1:${port}/long`)).rejects.toThrow('too long')
    await expect(post(`http://127.0.0.1:${port}/slow`, undefined, 200)).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
