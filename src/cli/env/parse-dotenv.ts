/**
 * The names and values of a `.env` file, like Node.js' `--env-file`. Not with an ES `import` of `node:util`, which evaluates its lazy
 * exports and thereby opens `process.stderr`: see `isBlocking` in `launch.ts`.
 */
export function parseDotenv(text: string): [string, string][] {
  return Object.entries(process.getBuiltinModule('node:util').parseEnv(text)).map(([name, value = '']) => [name, value])
}
