import type { SendMailOptions } from 'nodemailer'
import type { Delivery } from './mail.ts'

/** The message as nodemailer takes it. The address is handed over as one, never as a list to be parsed. */
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
    // What people wrote is in the text: nothing in it may make nodemailer read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
