/**
 * `node test/bench/timing.ts [samples] [words]`: whether answers about accounts can be distinguished by their times. 2,000 samples for each
 * question, on SQLite; `words` select the questions with these words in their names. Exits with 1 if
 * t
 * of a question reaches 4.5.
 */
import { signupQuestion, strangersQuestions, timePair } from '../support/timing.ts'
import { makeWorld } from '../support/world.ts'

const samples = Number(process.argv[2] ?? 2000)
const words = process.argv[3] ?? ''
const world = await makeWorld('sqlite', {}, {})
try {
  const pairs = await strangersQuestions(world, samples)
  for (const pair of pairs) await measure(pair)
  const verifying = await makeWorld('sqlite', { emailVerification: true }, {})
  try {
    await measure(await signupQuestion(verifying, samples))
  } finally {
    await verifying.close()
  }
} finally {
  await world.close()
}

async function measure(pair: Parameters<typeof timePair>[0]): Promise<void> {
  if (!pair.name.includes(words)) return
  const { name, t, means, answers } = await timePair(pair, samples, 1)
  const same = answers[0].length === 1 && JSON.stringify(answers[0]) === JSON.stringify(answers[1])
  const [a, b] = means.map(ms => ms.toFixed(3))
  process.stdout.write(
    `${name.padEnd(50)} |t| ${Math.abs(t).toFixed(2)}   ${a} ms / ${b} ms   ${same ? 'same answer' : 'DIFFERENT ANSWERS'}\n`,
  )
  if (Math.abs(t) >= 4.5 || !same) process.exitCode = 1
}
