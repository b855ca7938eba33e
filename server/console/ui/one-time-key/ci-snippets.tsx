import { ciLines, type KeyLines } from './lines.ts'
import { Snippet } from './snippet.tsx'

interface CiSnippetsProps extends Pick<KeyLines, 'variable'> {
  apiKey: string
  /** It replaces a key that these systems already have: the lines are shown at once, and update it. */
  isRotated?: boolean
}

/** How a key gets into the systems that run jobs with it. */
export function CiSnippets({ variable, apiKey, isRotated = false }: CiSnippetsProps) {
  return (
    <details className="folded" open={isRotated}>
      <summary>For CI: GitHub, GitLab and Kubernetes</summary>
      {ciLines({ variable, key: apiKey }, isRotated).map(({ system, text }) => (
        <Snippet key={system} title={system} text={text} hide={apiKey} />
      ))}
    </details>
  )
}
