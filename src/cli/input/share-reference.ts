import { Problem } from '../../problem.ts'
import { isUuid } from '../../uuid.ts'

const LINK = /^(?:\/api)?\/v1\/share\/([^/]+)$/

/** The id of a share that is given by its id or its link. Throws `usage`, also for a link to another server than the one in use. */
export function shareIdOf(word: string, apiUrl: string): string {
  if (isUuid(word)) return word
  const url = URL.parse(word)
  const id = LINK.exec(url?.pathname ?? '')?.[1]
  if (!url || id === undefined || !isUuid(id)) throw new Problem('usage', 'That is not the id or the link of a share.')
  if (url.origin === new URL(apiUrl).origin) return id
  throw new Problem('usage', `The link is for ${url.origin}, but you are using ${apiUrl}.`, {
    hint: `Add --api-url ${url.origin}.`,
  })
}

/** The passphrase as a header: its bytes in UTF-8, each as the character of that number. */
export function passphraseHeader(passphrase: string): Record<string, string> {
  return { 'x-share-passphrase': Buffer.from(passphrase).toString('latin1') }
}
