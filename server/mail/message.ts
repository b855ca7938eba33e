import type { SendMailOptions } from 'nodemailer'
import type { Delivery } from './mail.ts'

/** The message for nodemailer. The address is passed as a single address, never as a list to parse. */
export function messageOf({ id, mail, writtenAt }: Delivery, from: string): SendMailOptions {
  const domain = /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  return {
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${id}@${domain}>`,
    date: new Date(writtenAt),
    headers: { 'Auto-Submitted': 'auto-generated' },
    // The text contains what people wrote, which must not make nodemailer read a file or fetch a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
