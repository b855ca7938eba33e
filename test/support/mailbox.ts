import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

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

  async function all(): Promise<ReadMail[]> {
    const names = (await readdir(folder).catch(() => [] as string[])).filter(name => name.endsWith('.eml'))
    return Promise.all(names.toSorted().map(async name => parse(name, await readFile(join(folder, name), 'utf8'))))
  }

  /** The newest mail of a kind to an address; waits until there are `count`. */
  async function newest(kind: string, to: string, count = 1): Promise<ReadMail> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
      const found = (await all()).filter(mail => mail.kind === kind && mail.to === to)
      const last = found.at(-1)
      if (last && found.length >= count) return last
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    const kinds = (await all()).map(mail => `${mail.kind} to ${mail.to}`)
    throw new Error(`There is no mail ${kind} to ${to}; there is: ${kinds.join(', ') || 'none'}.`)
  }

  return { folder, all, newest }
}

function parse(name: string, message: string): ReadMail {
  return { kind: /Z-(.+)-[0-9a-f]{8}\.eml$/.exec(name)?.[1] ?? '', ...parseMail(message) }
}

/** Parses the part of RFC 5322 and RFC 2045 that the server writes. */
export function parseMail(message: string): Omit<ReadMail, 'kind'> {
  const [head = ''] = message.split(/\r?\n\r?\n/, 1)
  const header = (wanted: string) =>
    new RegExp(`^${wanted}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(head)?.[1]?.replace(/\r?\n[ \t]/g, ' ') ?? ''
  const text = part(message, 'text/plain')
  return {
    to: header('To').replace(/^.*<|>.*$/g, ''),
    subject: decodeWords(header('Subject')),
    text,
    html: part(message, 'text/html'),
    token: /https?:\/\/\S+\/([^\s?]+)/.exec(text)?.[1] ?? '',
  }
}

/** Decodes words of a header (RFC 2047) in UTF-8 and the Q encoding, which nodemailer uses for text that is nearly ASCII. */
function decodeWords(header: string): string {
  const joined = header.replace(/\?=\s+=\?UTF-8\?Q\?/g, '')
  return joined.replace(/=\?UTF-8\?Q\?([^?]*)\?=/g, (_, word: string) => unquoted(word.replaceAll('_', ' ')))
}

function unquoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function part(message: string, type: string): string {
  const found = message.split(/\r?\n--[^\r\n]+\r?\n/).find(piece => piece.toLowerCase().includes(`content-type: ${type}`)) ?? ''
  const [head = '', ...body] = found.split(/\r?\n\r?\n/)
  const text = body.join('\n\n')
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(text, 'base64').toString('utf8')
  if (!/quoted-printable/i.test(head)) return text
  return unquoted(text.replace(/=\r?\n/g, ''))
}
