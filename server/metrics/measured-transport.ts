import type { MailTransport } from '../mail/mail.ts'

/** The same transport; it reports each attempt. */
export function measuredTransport(transport: MailTransport, attempted: (outcome: 'ok' | 'failed') => void): MailTransport {
  return {
    async send(delivery) {
      try {
        const place = await transport.send(delivery)
        attempted('ok')
        return place
      } catch (error) {
        attempted('failed')
        throw error
      }
    },
    close: () => transport.close(),
  }
}
