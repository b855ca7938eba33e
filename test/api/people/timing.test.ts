import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { type Pair, signupQuestion, strangersQuestions, timePair } from '../../support/timing.ts'
import { makeWorld, type World } from '../../support/world.ts'

/** A few, so that a gross difference shows at once; `node test/bench/timing.ts` takes 2,000. */
const SAMPLES = 48
const SEED = 20260301

describe.each(ENGINES)('a stranger learns nothing about accounts on %s', engine => {
  const worlds: World[] = []
  let pairs: Pair[] = []
  beforeAll(async () => {
    const world = await makeWorld(engine, {}, {})
    worlds.push(world)
    const verifying = await makeWorld(engine, { emailVerification: true }, {})
    worlds.push(verifying)
    pairs = [...(await strangersQuestions(world, SAMPLES)), await signupQuestion(verifying, SAMPLES)]
  })
  afterAll(() => Promise.all(worlds.map(world => world.close())))

  it.each([0, 1, 2, 3, 4])(
    'by the answer or by its time (question %i)',
    async index => {
      const pair = pairs[index]
      if (!pair) throw new Error('There are five questions.')
      const { name, t, means, answers } = await timePair(pair, SAMPLES, SEED + index)
      expect(answers[0], name).toHaveLength(1)
      expect(answers[0], name).toEqual(answers[1])
      expect(Math.abs(t), `${name}: ${means.map(ms => ms.toFixed(2)).join(' ms against ')} ms`).toBeLessThan(4.5)
    },
    30_000,
  )
})
