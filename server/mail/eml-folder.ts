import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Delivery } from './mail.ts'
import { readMessage } from './read-message.ts'

/** A mail in the folder of a server without SMTP. */
export interface WrittenMail {
  readonly id: string
  readonly kind: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Epoch milliseconds. */
  readonly writtenAt: number
  /** The name of its file. */
  readonly file: string
}

/** The folder for mail in a data folder. */
export function outboxFolder(dataDir: string): string {
  return join(dataDir, 'outbox')
}

/** The file names of `emlName`: they start with the time of the mail, so their order is that of the mails. */
const NAME = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-(.+)-([0-9a-f]{8})\.eml$/
/** No link in a mail is valid for longer. */
const WAITS_MS = 7 * 86_400_000

/** The file name of a mail: when it was written, its kind and the start of its id. */
export function emlName({ id, mail, writtenAt }: Delivery): string {
  const written = new Date(writtenAt).toISOString().replace(/[:.]/g, '-')
  return `${written}-${mail.kind}-${id.slice(0, 8)}.eml`
}

interface Named {
  readonly file: string
  readonly kind: string
  /** The first eight digits of its id. */
  readonly start: string
  readonly writtenAt: number
}

/** The files of the last seven days, newest first. A folder that does not exist is empty. */
async function filesOf(folder: string, now: number): Promise<Named[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap(file => {
      const [, hour, minute, second, rest, kind = '', start = ''] = NAME.exec(file) ?? []
      return hour === undefined ? [] : [{ file, kind, start, writtenAt: Date.parse(`${hour}:${minute}:${second}.${rest}`) }]
    })
    .filter(({ writtenAt }) => now - writtenAt <= WAITS_MS)
    .toSorted((one, other) => other.writtenAt - one.writtenAt || (one.file < other.file ? 1 : -1))
}

/** The number of mails of the last seven days in the folder, and the time of the oldest in epoch milliseconds. */
export async function writtenMail(folder: string, now: number): Promise<{ waiting: number; oldest: number | undefined }> {
  const files = await filesOf(folder, now)
  return { waiting: files.length, oldest: files.at(-1)?.writtenAt }
}

/** A page of the mails that `writtenMail` counts, newest first. A file that was removed in the meantime is left out. */
export async function writtenMails(
  folder: string,
  { limit, offset, now }: { limit: number; offset: number; now: number },
): Promise<{ mails: WrittenMail[]; total: number }> {
  const files = await filesOf(folder, now)
  const read = await Promise.all(files.slice(offset, offset + limit).map(named => mailIn(folder, named)))
  return { mails: read.filter(mail => mail !== undefined), total: files.length }
}

/** One of these mails, by its id. */
export async function writtenMailOf(folder: string, id: string, now: number): Promise<WrittenMail | undefined> {
  const files = await filesOf(folder, now)
  for (const named of files.filter(({ start }) => id.startsWith(start))) {
    const mail = await mailIn(folder, named)
    if (mail?.id === id) return mail
  }
  return undefined
}

async function mailIn(folder: string, { file, kind, writtenAt }: Named): Promise<WrittenMail | undefined> {
  const message = await readFile(join(folder, file))
    .then(readMessage)
    .catch(() => undefined)
  return message && { ...message, kind, writtenAt, file }
}
