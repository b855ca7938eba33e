import { Problem } from '../../problem.ts'

const LINK = /\/enroll\/([\w-]{20,128})$/

/** The token of a link to approve or deny an agent. Throws `usage`, also for a link to another server than the one in use. */
export function enrollmentToken(word: string, apiUrl: string): string {
  const url = URL.parse(word)
  const token = LINK.exec(url?.pathname ?? '')?.[1]
  if (!url || token === undefined) throw new Problem('usage', 'That is no link of an agent that asks: …/enroll/….')
  if (url.origin === new URL(apiUrl).origin) return token
  throw new Problem('usage', `The link leads to ${url.origin}, and you use ${apiUrl}.`, { hint: `Add --api-url ${url.origin}.` })
}
