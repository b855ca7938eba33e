import type { LookupAddress, LookupOptions } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isForbidden, type OutboundOptions, outbound } from '../../../../server/http/outbound.ts'

type Lookup = NonNullable<OutboundOptions['lookup']>

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

describe('an outbound request', () => {
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
    const way = outbound({ lookup })
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
  ])('never reaches %s', async address => {
    expect(isForbidden(address)).toBe(true)
    const before = seen
    await expect(post(`http://node.example:${port}/`, resolving([address]))).rejects.toThrow('never contacted')
    await expect(post(`http://${address.includes(':') ? `[${address}]` : address}:${port}/`)).rejects.toThrow('never contacted')
    expect(seen).toBe(before)
  })

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '172.16.0.1', '8.8.8.8', '::1', 'fd00::1', '2606:4700::1111', '100.64.0.1'])(
    'can reach %s',
    address => {
      expect(isForbidden(address)).toBe(false)
    },
  )

  it.each(['http://2852039166/', 'http://0xa9fea9fe/', 'http://169.254.43518/', 'http://0251.0376.0251.0376/'])(
    'recognises a disguised address: %s',
    async url => {
      await expect(post(url)).rejects.toThrow('never contacted')
    },
  )

  it('is refused if only one of the addresses of a name is forbidden', async () => {
    await expect(post(`http://node.example:${port}/`, resolving(['127.0.0.1', '169.254.169.254']))).rejects.toThrow(
      'never contacted',
    )
  })

  it('checks a name again for each connection', async () => {
    const rebinding = resolving(['127.0.0.1'], ['169.254.169.254'])
    expect((await post(`http://node.example:${port}/`, rebinding)).body).toBe('hello')
    await expect(post(`http://node.example:${port}/`, rebinding)).rejects.toThrow('never contacted')
  })

  it('does not follow redirects', async () => {
    expect(await post(`http://127.0.0.1:${port}/redirect`)).toEqual({ status: 307, body: 'moved' })
  })

  it('ends when a reply is too long or too slow', async () => {
    await expect(post(`http://127.0.0.1:${port}/long`)).rejects.toThrow('too long')
    await expect(post(`http://127.0.0.1:${port}/slow`, undefined, 200)).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('an outbound request through a proxy', () => {
  const lines: string[] = []
  let proxy: Server
  let target: Server
  const portOf = (server: Server) => (server.address() as AddressInfo).port
  beforeAll(async () => {
    target = createServer((_, reply) => reply.end('hello'))
    // Resolves every name to the target, like a proxy with its own resolver.
    proxy = createServer((request, reply) => {
      lines.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
      reply.end('hello')
    })
    for (const server of [target, proxy]) await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    for (const server of [target, proxy]) {
      server.closeAllConnections()
      server.close()
    }
  })

  async function get(url: string, exceptFor?: string, lookup: Lookup = nothing) {
    const address = `http://user:pass@127.0.0.1:${portOf(proxy)}`
    const way = outbound({ lookup, proxies: { http: address, https: address, exceptFor } })
    try {
      return await way.get({ url, timeoutMs: 2000, maxBytes: 1000 })
    } finally {
      await way.close()
    }
  }
  const nothing: Lookup = ((_: string, __: LookupOptions, done: (error: Error | null, addresses: LookupAddress[]) => void) =>
    done(new Error('no resolver here'), [])) as Lookup

  it('reaches names that only the proxy can resolve, with its credentials', async () => {
    expect((await get('http://issuer.example/keys')).body).toBe('hello')
    expect(lines).toEqual([`http://issuer.example/keys Basic ${Buffer.from('user:pass').toString('base64')}`])
  })

  it('is used for the requests of libraries', async () => {
    const before = lines.length
    const address = `http://127.0.0.1:${portOf(proxy)}`
    const way = outbound({ lookup: nothing, proxies: { http: address, https: address, exceptFor: undefined } })
    const reply = await way.fetch('http://payments.example/v1/charges', { method: 'POST', body: 'a=b' })
    expect([reply.status, await reply.text()]).toEqual([200, 'hello'])
    expect(lines.slice(before)).toEqual(['http://payments.example/v1/charges '])
    await expect(way.fetch('http://169.254.169.254/')).rejects.toThrow('never contacted')
    await way.close()
  })

  it('still refuses what is never contacted, by address and by name', async () => {
    const before = lines.length
    await expect(get('http://169.254.169.254/')).rejects.toThrow('never contacted')
    await expect(get('http://metadata.example/', undefined, resolving(['169.254.169.254']))).rejects.toThrow('never contacted')
    expect(lines).toHaveLength(before)
  })

  it('connects directly to this machine and to what NO_PROXY names', async () => {
    const before = lines.length
    expect((await get(`http://127.0.0.1:${portOf(target)}/`)).body).toBe('hello')
    expect((await get(`http://near.example:${portOf(target)}/`, '.example', resolving(['127.0.0.1']))).body).toBe('hello')
    expect(lines).toHaveLength(before)
  })
})
