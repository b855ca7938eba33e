import { Problem } from '../../problem.ts'

const LINK = /\/enroll\/([\w-]{20,128})$/

/** The token of a link to approve or deny an agent. Throws `usage`, also for a link to another server than the one in use. */
export function enrollmentToken(word: string, apiUrl: string): string {
  const url = URL.parse(word)
  const token = LINK.exec(url?.pathname ?? '')?.[1]
  if (!url || token === undefined) {
    throw new Problem('usage', 'That is not an enrollment link.', {
      hint: 'Copy all of it from the mail or the agent: https://…/enroll/….',
    })
  }
  if (url.origin === new URL(apiUrl).origin) return token
  throw new Problem('usage', `The link is for ${url.origin}, but you are using ${apiUrl}.`, {
    hint: `Add --api-url ${url.origin}.`,
  })
}

/** Checked before a prompt about a request that has ended. Throws `resource.gone` or `resource.conflict`, like the server. */
export function ensurePending(status: string): void {
  if (status === 'pending') return
  if (status === 'expired') throw new Problem('resource.gone', 'This link is older than 7 days; the agent must enroll again.')
  throw new Problem('resource.conflict', `This link was already used: the agent was ${status}.`)
}
