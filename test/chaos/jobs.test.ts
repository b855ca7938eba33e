import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JOBS, type JobName } from '../support/chaos/jobs/all.ts'
import { killOften, roundsOf } from '../support/chaos/rounds.ts'
import { makeScene, type Scene } from '../support/chaos/scene.ts'
import { ENGINES } from '../support/databases.ts'

const ROUNDS = roundsOf(4)

describe.each(ENGINES)('after a kill at any row, on %s, everything opens and completes:', engine => {
  let scene: Scene
  beforeAll(async () => {
    scene = await makeScene(engine)
  }, 300_000)
  afterAll(() => scene?.remove())

  it.each(Object.keys(JOBS) as JobName[])('%s', { timeout: 240_000 + ROUNDS * 30_000 }, async name => {
    const { steps, killed, finished } = await killOften(name, scene, ROUNDS)
    expect(killed).toBe(ROUNDS)
    console.log(`${engine}: ${name}: ${steps} steps, killed ${killed} times, ${finished} ended before`)
  })
})
