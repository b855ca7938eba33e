import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  /** The given URL, with the host and port of the proxy. */
  readonly url: string
  /** Keeps connections open but forwards nothing, like a stopped server or a broken network; `false` resumes. */
  freeze(frozen: boolean): void
  /** The next time a client sends this text, forwards it and cuts the connection before the answer. Resolves then. */
  cutAfter(text: string): Promise<void>
  close(): Promise<void>
}

/** Starts a proxy in front of the server of the URL. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let frozen = false
  let trap: { readonly text: string; readonly sprung: () => void } | undefined

  function join(from: Socket, to: Socket, onData: (chunk: Buffer) => void): void {
    sockets.add(from)
    from.on('data', onData)
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    if (frozen) from.pause()
  }

  const server = createServer(client => {
    const upstream = connect(Number(port), hostname)
    let deaf = false
    join(upstream, client, chunk => {
      // When the server answers, it has executed the request.
      if (deaf) client.destroy()
      else client.write(chunk)
    })
    join(client, upstream, chunk => {
      const sprung = trap !== undefined && chunk.includes(trap.text)
      deaf ||= sprung
      upstream.write(chunk)
      if (!sprung) return
      trap?.sprung()
      trap = undefined
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const url = new URL(target)
  url.host = `127.0.0.1:${address.port}`

  return {
    url: url.href,
    freeze(value) {
      frozen = value
      for (const socket of sockets) frozen ? socket.pause() : socket.resume()
    },
    cutAfter: text =>
      new Promise(resolve => {
        trap = { text, sprung: resolve }
      }),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
