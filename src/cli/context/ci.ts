/** May a CI system have to be told to hide values in its log? What tells it is `ci-masks.ts`, which no other run loads. */
export function inCi(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['GITHUB_ACTIONS'] !== undefined || env['TF_BUILD'] !== undefined
}
