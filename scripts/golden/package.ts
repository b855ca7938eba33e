import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Interfaces } from '@oclif/core'

/** package.json as it is on disk. */
export function packageJson(root: string): Interfaces.PJSON {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON
}
