import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emlName } from './eml-folder.ts'
import { type MailTransport, WITH_KEY } from './mail.ts'
import { messageOf } from './message.ts'

/** How long a file with a key is kept: links expire by themselves, a key does not. */
const KEY_KEPT_MS = 3_600_000
const EVERY_MS = 60_000
const HAS_KEY = new RegExp(`-${WITH_KEY}-[0-9a-f]{8}\\.eml$`)

/**
 * Writes mail to files that any mail program opens, for a server without SMTP. The files contain links that grant access, so their mode is
 * 0600. Files with an agent's key are removed an hour after they were written, even if the server was stopped in the meantime.
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
      const file = join(folder, emlName(delivery))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Written under another name first, so that nobody reads an incomplete file.
      await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 })
      await rename(`${file}.part`, file)
      return file
    },
    close: () => clearInterval(timer),
  }
}

async function removeOldKeys(folder: string, before: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const file of names.filter(name => HAS_KEY.test(name)).map(name => join(folder, name))) {
    const { mtimeMs } = await stat(file)
    if (mtimeMs <= before) await rm(file, { force: true })
  }
}

/** Calls `make` at the first call, and returns the same result from then on. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
