import type { Mail } from './mail.ts'

interface Link {
  readonly label: string
  readonly url: string
}

/** The content of a mail: sentences and a link, or a link for each answer. All of it is plain text; markup in it is shown literally. */
export interface MailText {
  readonly subject: string
  readonly before: readonly string[]
  readonly link?: Link
  readonly links?: readonly Link[]
  readonly after?: readonly string[]
}

/** Both forms of a mail, plain text and HTML, with the same words. */
export function mailOf(kind: string, to: string, mailText: MailText): Mail {
  // A subject is a header and must stay on one line, whatever names it contains.
  return { kind, to, subject: oneLine(mailText.subject), text: textOf(mailText), html: htmlOf(mailText) }
}

function linksOf({ link, links = [] }: MailText): readonly Link[] {
  return link ? [link, ...links] : links
}

function textOf(mailText: MailText): string {
  const { before, after = [] } = mailText
  const paragraphs = [...before, ...linksOf(mailText).map(({ label, url }) => `${label}:\n${url}`), ...after]
  return `${paragraphs.join('\n\n')}\n\n-- \n1claw\n`
}

function htmlOf(mailText: MailText): string {
  const { subject, before, after = [] } = mailText
  const paragraph = (text: string) => `<p>${escaped(text)}</p>`
  const button = ({ label, url }: Link) => `<p><a href="${escaped(url)}">${escaped(label)}</a></p>\n<p>${escaped(url)}</p>`
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(oneLine(subject))}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em">
${[...before.map(paragraph), ...linksOf(mailText).map(button), ...after.map(paragraph)].join('\n')}
<p style="color: #666">1claw</p>
</body>
</html>
`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this removes control characters
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}
