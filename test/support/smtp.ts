import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly message: string
}

/** A mail server on loopback. It first refuses as many messages as `refuse` says. */
export async function smtpServer(refuse = 0) {
  const received: Received[] = []
  let refused = 0
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    onAuth: ({ username, password }, _, done) =>
      username === 'mailer' && password === 'p@ss word' ? done(null, { user: username }) : done(new Error('no')),
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refused < refuse) {
          refused++
          return done(Object.assign(new Error('Try later'), { responseCode: 451 }))
        }
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        received.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          message: Buffer.concat(chunks).toString('utf8'),
        })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://mailer:p%40ss%20word@127.0.0.1:${port}`,
    received,
    refused: () => refused,
    close: () => new Promise<void>(resolve => server.close(resolve)),
  }
}
