import { inject } from 'vitest'
import type { SharedThing } from './shared.ts'

const known = new Map<SharedThing, Promise<string>>()

/** The address of a thing that this run of vitest has once. */
export function sharedThing(thing: SharedThing): Promise<string> {
  const asked = known.get(thing) ?? ask(thing)
  known.set(thing, asked)
  return asked
}

async function ask(thing: SharedThing): Promise<string> {
  const reply = await fetch(`${inject('shared')}/${thing}`)
  const text = await reply.text()
  if (!reply.ok) throw new Error(text)
  return text
}
