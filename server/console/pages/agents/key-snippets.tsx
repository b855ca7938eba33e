import type { Access } from '../../ui/access/grant-fields.tsx'
import { CiSnippets } from '../../ui/one-time-key/ci-snippets.tsx'
import { curlLines, pathIn, shellLines } from '../../ui/one-time-key/lines.ts'
import { Snippet } from '../../ui/one-time-key/snippet.tsx'

interface KeySnippetsProps {
  apiKey: string
  /** A path that the agent may read, for a working example. */
  access?: Pick<Access, 'vault_id' | 'secret_path_pattern'> | undefined
  isRotated?: boolean
}

/** How an agent reads its first secret. */
export function KeySnippets({ apiKey, access, isRotated }: KeySnippetsProps) {
  const lines = {
    url: location.origin,
    variable: 'ONECLAW_AGENT_API_KEY',
    key: apiKey,
    vault: access?.vault_id,
    path: access && pathIn(access.secret_path_pattern),
  } as const
  return (
    <>
      <Snippet title="Command line" text={shellLines(lines)} hide={apiKey} />
      <Snippet title="curl" text={curlLines(lines)} hide={apiKey} />
      <CiSnippets variable={lines.variable} apiKey={apiKey} {...(isRotated && { isRotated })} />
    </>
  )
}
