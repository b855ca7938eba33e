import { type Paths, sentenceOf } from '../policies/grant/place.ts'
import { lengthWords } from './lengths.ts'

interface Asked {
  readonly vault_id: string
  readonly vault_name: string
  readonly secret_path_pattern: string
  readonly permissions: readonly string[]
  readonly requester_name: string
}

/** What an approval would grant, in a sentence: `deployer can read stripe/key in production, for 1 day.` */
export function openedBy(asked: Asked, seconds: number, paths: Paths): string {
  const { vault_id, vault_name: vault, secret_path_pattern: pattern, permissions, requester_name: who } = asked
  const until = `for ${lengthWords(seconds)}`
  if (!pattern.includes('*')) return `${who} can ${permissions.join(', ')} ${pattern} in ${vault}, ${until}.`
  if (!paths.has(vault_id)) return `${who} can ${permissions.join(', ')} all that matches ${pattern} in ${vault}, ${until}.`
  return sentenceOf(who, permissions, [{ key: 0, vault_id, pattern }], { paths, nameOf: () => vault, until })
}
