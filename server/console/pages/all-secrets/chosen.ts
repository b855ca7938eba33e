import type { Listed } from '../secrets/ages/listed.ts'

/** Does the same with each and returns the successful ones; the first failure ends it, and completed ones stay. */
export async function oneByOne(
  secrets: readonly Listed[],
  act: (target: { params: { vault_id: string; path: string } }) => Promise<unknown>,
): Promise<readonly Listed[]> {
  const done: Listed[] = []
  for (const secret of secrets) {
    await act({ params: { vault_id: secret.vault_id, path: secret.path } })
    done.push(secret)
  }
  return done
}

const NAMED = 5

/** The first few by name, and how many more. */
export function summary(secrets: readonly Listed[]): string {
  const named = secrets.slice(0, NAMED).map(({ vault_name, path }) => `${path} in ${vault_name}`)
  const more = secrets.length - named.length
  return `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`
}

export function amount(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'secret' : 'secrets'}`
}
