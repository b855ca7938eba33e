import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../support/house/files.ts'

const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'))

it('every topic is described by its subject, not by its first command', () => {
  const ids = Object.entries<{ hidden?: boolean }>(read('oclif.manifest.json').commands).flatMap(([id, { hidden }]) =>
    hidden ? [] : id,
  )
  const topics = new Set(
    ids.flatMap(id =>
      id
        .split(':')
        .slice(0, -1)
        .map((_, depth, all) => all.slice(0, depth + 1).join(':')),
    ),
  )
  expect(topics.size).toBeGreaterThan(10)
  expect([...topics].filter(topic => !(topic in read('package.json').oclif.topics))).toEqual([])
})
