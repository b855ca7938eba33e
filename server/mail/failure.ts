import { getSystemErrorName } from 'node:util'

const MEANINGS: Readonly<Record<string, string>> = {
  EAUTH: 'The mail server rejected the login',
  ECONNECTION: 'The mail server cannot be reached',
  ECONNREFUSED: 'The mail server refused the connection',
  EDNS: 'The name of the mail server cannot be resolved',
  ENOTFOUND: 'The name of the mail server cannot be resolved',
  EENVELOPE: 'The mail server rejected the sender or the recipient',
  EMESSAGE: 'The mail server rejected the message',
  ESOCKET: 'The connection to the mail server failed',
  ETIMEDOUT: 'The mail server did not answer in time',
  ETLS: 'No TLS connection to the mail server could be made',
  EACCES: 'The outbox folder is not writable',
  ENOSPC: 'The disk is full',
}

/**
 * Why a mail could not be sent. Made from codes only (of Node.js, nodemailer, RFC 5321 and RFC 3463), never from the words of a mail server:
 * those can repeat the address, or a link in the text that a filter refused.
 */
export function whyNotSent(error: unknown): string {
  const { code, errno, responseCode, response } = Object(error) as Record<string, unknown>
  // nodemailer replaces the code of a failed connection, and leaves its number.
  const system = typeof errno === 'number' && errno < 0 ? getSystemErrorName(errno) : undefined
  const known = [system, code].find(each => typeof each === 'string' && Object.hasOwn(MEANINGS, each))
  const sentence = `${MEANINGS[String(known)] ?? 'The mail could not be sent'}.`
  if (typeof responseCode !== 'number') return sentence
  const [, detail = ''] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(String(response)) ?? []
  return `${sentence} It answered ${[responseCode, detail].filter(Boolean).join(' ')}.`
}
