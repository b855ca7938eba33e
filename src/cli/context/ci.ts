/** Whether a CI system may need to be told to hide values in its log. `ci-masks.ts` does that; no other run loads it. */
export function inCi(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['GITHUB_ACTIONS'] !== undefined || env['TF_BUILD'] !== undefined
}
