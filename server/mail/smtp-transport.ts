import type { MailTransport } from './mail.ts'
import { messageOf } from './message.ts'

/** A server that does not answer must not delay the next mails for long. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 }

/** Mail by SMTP (RFC 5321), one connection for many. @param url `smtp://user:password@host:587`, or `smtps://`. */
export function smtpTransport(url: string, from: string): MailTransport {
  const open = async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ url, pool: true, maxConnections: 2, ...TIMEOUTS })
  }
  let transport: ReturnType<typeof open> | undefined
  return {
    async send(delivery) {
      transport ??= open()
      await (await transport).sendMail(messageOf(delivery, from))
      return undefined
    },
    close: () => void transport?.then(opened => opened.close()),
  }
}
