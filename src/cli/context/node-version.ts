/** Does `package.json` allow this version of Node? Also written in `bin/run.js`, which has to run on any. */
export function fitsNode(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major >= 26) return true
  return (major === 24 && minor >= 15) || (major === 22 && (minor > 22 || (minor === 22 && patch >= 2)))
}
