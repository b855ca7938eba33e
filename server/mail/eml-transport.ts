import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MailTransport } from './mail.ts'
import { messageOf } from './message.ts'

/** A file with a key in it stays for so long: links die by themselves, a key does not. */
const KEY_KEPT_MS = 3_600_000
const EVERY_MS = 60_000
const HAS_KEY = /-agent-credentials-[0-9a-f]{8}\.eml$/

/**
 * Mail as files that any mail program opens: what a server without SMTP does. They hold links that grant access, so they are 0600. Those
 * that hold an agent's key are removed an hour after they were written, also when the server was stopped in the meantime.
 * @param clock epoch milliseconds
 */
export function emlTransport(folder: string, from: string, { clock = Date.now, everyMs = EVERY_MS } = {}): MailTransport {
  // Loaded with the first mail.
  const builder = once(async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  })
  const sweep = () => void removeOldKeys(folder, clock() - KEY_KEPT_MS).catch(() => {})
  sweep()
  const timer = setInterval(sweep, everyMs).unref()

  return {
    async send(delivery) {
      const { message } = await (await builder()).sendMail(messageOf(delivery, from))
      const written = new Date(delivery.writtenAt).toISOString().replace(/[:.]/g, '-')
      const file = join(folder, `${written}-${delivery.mail.kind}-${delivery.id.slice(0, 8)}.eml`)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Anyone who waits for it must not read half of it.
      await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 })
      await rename(`${file}.part`, file)
      return file
    },
    close: () => clearInterval(timer),
  }
}

/** What `send` names its files: when the mail was written comes first. */
const WRITTEN = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-.*\.eml$/
const WAITS_MS = 7 * 86_400_000

/** How many mails of the last seven days are in the folder, and when the oldest was written, in epoch milliseconds. */
export async function writtenMail(folder: string, now: number): Promise<{ waiting: number; oldest: number | undefined }> {
  const names = await readdir(folder).catch(() => [])
  const written = names.filter(name => WRITTEN.test(name)).map(name => Date.parse(name.replace(WRITTEN, '$1:$2:$3.$4')))
  const times = written.filter(at => now - at <= WAITS_MS)
  return { waiting: times.length, oldest: times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other)) }
}

async function removeOldKeys(folder: string, before: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const file of names.filter(name => HAS_KEY.test(name)).map(name => join(folder, name))) {
    const { mtimeMs } = await stat(file)
    if (mtimeMs <= before) await rm(file, { force: true })
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
