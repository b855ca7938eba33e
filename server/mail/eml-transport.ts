import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MailTransport } from './mail.ts'
import { messageOf } from './message.ts'

/** Mail as files that any mail program opens: what a server without SMTP does. They hold links that open doors, so they are 0600. */
export function emlTransport(folder: string, from: string): MailTransport {
  // Loaded with the first mail.
  const builder = once(async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  })
  return {
    async send(delivery) {
      const { message } = await (await builder()).sendMail(messageOf(delivery, from))
      const written = new Date(delivery.writtenAt).toISOString().replace(/[:.]/g, '-')
      const file = join(folder, `${written}-${delivery.mail.kind}-${delivery.id.slice(0, 8)}.eml`)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(file, message as Buffer, { mode: 0o600 })
      return file
    },
    close: () => {},
  }
}

/** Makes a thing when it is first asked for, and the same one from then on. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
