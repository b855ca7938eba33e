import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'

export interface ReadMail {
  readonly kind: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The last segment of its link. */
  readonly token: string
}

const WAIT_MS = 5_000

/** The mail that a server without SMTP has written. */
export function mailbox(dataDir: string) {
  const folder = join(dataDir, 'outbox')

  const fileNames = async () => {
    const names = await readdir(folder).catch(() => [] as string[])
    return names.filter(name => name.endsWith('.eml')).toSorted()
  }

  const read = async (name: string) => ({ kind: kindOf(name), ...(await parseMail(await readFile(join(folder, name), 'utf8'))) })

  const all = async (): Promise<ReadMail[]> => Promise.all((await fileNames()).map(read))

  /** The newest mail of a kind to an address; waits until there are `count`. */
  async function newest(kind: string, to: string, count = 1): Promise<ReadMail> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
      const ofKind = await Promise.all((await fileNames()).filter(name => kindOf(name) === kind).map(read))
      const found = ofKind.filter(mail => mail.to === to)
      const last = found.at(-1)
      if (last && found.length >= count) return last
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    const kinds = (await all()).map(mail => `${mail.kind} to ${mail.to}`)
    throw new Error(`There is no mail ${kind} to ${to}; there is: ${kinds.join(', ') || 'none'}.`)
  }

  return { folder, all, newest }
}

/** The kind of a mail is a part of its file name. */
const kindOf = (name: string) => /Z-(.+)-[0-9a-f]{8}\.eml$/.exec(name)?.[1] ?? ''

/** Reads a message (RFC 5322) as a mail program does. */
export async function parseMail(message: string): Promise<Omit<ReadMail, 'kind'>> {
  const { to, subject = '', text = '', html = '' } = await PostalMime.parse(message)
  return { to: to?.[0]?.address ?? '', subject, text, html, token: /https?:\/\/\S+\/([^\s?]+)/.exec(text)?.[1] ?? '' }
}
