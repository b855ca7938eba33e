import { describe, expect } from 'vitest'
import { emptyTestsOn, onEngines, started } from '../../support/fixtures.ts'
import { type Pair, signupQuestion, strangersQuestions, timePair } from '../../support/timing.ts'
import { makeWorld } from '../../support/world.ts'

/** Only a few, so only a large difference is noticed; `node test/bench/timing.ts` takes 2,000. */
const SAMPLES = 48
const SEED = 20260301

const engines = onEngines(engine =>
  emptyTestsOn(engine, {}, {})
    .extend(
      'verifying',
      { scope: 'file' },
      started(
        () => makeWorld(engine, { emailVerification: true }, {}),
        world => world.close(),
      ),
    )
    .extend(
      'pairs',
      { scope: 'file', auto: true },
      async ({ world, verifying }): Promise<Pair[]> => [
        ...(await strangersQuestions(world, SAMPLES)),
        await signupQuestion(verifying, SAMPLES),
      ],
    ),
)

describe.each(engines)('a stranger learns nothing about accounts on $engine', ({ it }) => {
  it.for([0, 1, 2, 3, 4])('from the answer or its timing (question %i)', { timeout: 120_000 }, async (index, { pairs }) => {
    const pair = pairs[index]
    if (!pair) throw new Error('There are five questions.')
    const { name, t, means, answers } = await timePair(pair, SAMPLES, SEED + index)
    expect(answers[0], name).toHaveLength(1)
    expect(answers[0], name).toEqual(answers[1])
    expect(Math.abs(t), `${name}: ${means.map(ms => ms.toFixed(2)).join(' ms against ')} ms`).toBeLessThan(4.5)
  })
})
