/** What the server reads of a message that it wrote itself. */
export interface ReadMessage {
  /** The id of its delivery. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * Reads a message that `messageOf` and nodemailer have written: the plain text of two alternatives (RFC 2046). Undefined for anything else.
 * @param bytes of the file, one character each (latin1)
 */
export function readMessage(bytes: string): ReadMessage | undefined {
  const { header, body } = entityOf(bytes)
  const [, id] = /^<([0-9a-f-]{36})@/.exec(header('message-id')) ?? []
  const [, boundary] = /;\s*boundary="?([^";]+)/i.exec(header('content-type')) ?? []
  const parts = boundary === undefined ? [] : body.split(`--${boundary}`).map(entityOf)
  const plain = parts.find(part => part.header('content-type').toLowerCase().startsWith('text/plain'))
  if (id === undefined || !plain) return undefined
  const [, to = ''] = /<([^<>]*)>\s*$/.exec(header('to')) ?? ['', header('to')]
  return { id, to, subject: decodedWords(header('subject')), text: textOf(plain) }
}

interface Entity {
  /** The value of a header by its name in lower case, on one line; empty if it is missing. */
  header(name: string): string
  readonly body: string
}

function entityOf(text: string): Entity {
  const trimmed = text.replace(/^\r?\n/, '')
  const end = /\r?\n\r?\n/.exec(trimmed)
  const head = end ? trimmed.slice(0, end.index) : trimmed
  const lines = head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)
  return {
    header: name => {
      const line = lines.find(each => each.toLowerCase().startsWith(`${name}:`))
      // Some addresses are in UTF-8 (RFC 6532).
      return line === undefined ? '' : Buffer.from(line.slice(name.length + 1).trim(), 'latin1').toString('utf8')
    },
    body: end ? trimmed.slice(end.index + end[0].length) : '',
  }
}

/** The text of a part; the line break before the next boundary belongs to the boundary. */
function textOf({ header, body }: Entity): string {
  const encoding = header('content-transfer-encoding').toLowerCase()
  const content = body.replace(/\r?\n$/, '')
  const bytes =
    encoding === 'base64'
      ? Buffer.from(content, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? unquoted(content.replace(/=\r?\n/g, '')) : content, 'latin1')
  return bytes.toString('utf8').replaceAll('\r\n', '\n')
}

/** Encoded words of a header (RFC 2047). White space between two of them does not count. */
function decodedWords(header: string): string {
  return header
    .replace(/(=\?utf-8\?[bq]\?[^?]*\?=)\s+(?==\?utf-8\?)/gi, '$1')
    .replace(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, words => {
      const bytes = Array.from(words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi), ([, kind, word = '']) =>
        kind?.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : Buffer.from(unquoted(word.replaceAll('_', ' ')), 'latin1'),
      )
      return Buffer.concat(bytes).toString('utf8')
    })
}

function unquoted(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
