import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'

/** Compiled packages that only the server needs: the optional dependencies of `package.json`. */
export const SERVER_PACKAGES = ['@node-rs/argon2', 'graphene-pk11', 'sqlite3'] as const

/** Packages that are needed only with some settings. */
const WHEN: Readonly<Record<string, (env: Context['env']) => boolean>> = {
  sqlite3: env => !env['ONECLAW_DATABASE_URL'] && !env['ONECLAW_DATABASE_URL_FILE'],
  'graphene-pk11': env => [env['ONECLAW_KEYSTORE'], env['ONECLAW_NEXT_KEYSTORE']].includes('pkcs11'),
}

/** @throws Problem `config.invalid` naming the missing packages */
export function ensureServerPackages(env: Context['env']): void {
  const missing = SERVER_PACKAGES.filter(name => (WHEN[name]?.(env) ?? true) && !isInstalled(name))
  if (missing.length === 0) return
  throw new Problem('config.invalid', `The server needs packages that are not installed here: ${missing.join(', ')}.`, {
    hint: 'Only the client is installed. Install the server too with `npm install -g 1claw --include=optional`; sqlite3 and graphene-pk11 may need python3, make and g++.',
  })
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch (error) {
    // A package that only lacks an entry for importing it as a whole is installed.
    return (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND'
  }
}
