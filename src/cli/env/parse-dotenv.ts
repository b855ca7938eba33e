/**
 * The names and values of a `.env` file, as Node's `--env-file` reads it. Not by an ES `import` of `node:util`, which evaluates its
 * lazy exports and with them opens `process.stderr`: see `isBlocking` in `launch.ts`.
 */
export function parseDotenv(text: string): [string, string][] {
  return Object.entries(process.getBuiltinModule('node:util').parseEnv(text)).map(([name, value = '']) => [name, value])
}
