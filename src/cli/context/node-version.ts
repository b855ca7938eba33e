/** Whether `package.json` allows this version of Node.js. Repeated in `bin/run.js`, which must run on any version. */
export function fitsNode(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major >= 26) return true
  return (major === 24 && minor >= 15) || (major === 22 && (minor > 22 || (minor === 22 && patch >= 2)))
}
