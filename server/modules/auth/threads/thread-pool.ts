import { type ResourceLimits, Worker } from 'node:worker_threads'

/** A thread that nobody needs is 10 MB for nothing. */
const IDLE_MS = 30_000

/**
 * Answers questions in threads of their own, one at a time in each. As many at once as are asked at once: the caller bounds that.
 * @param file of the thread, beside this one, without its ending
 */
export function threadPool<Question, Answer>(file: string, limits: ResourceLimits): (question: Question) => Promise<Answer> {
  const url = new URL(`./${file}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
  const resting = new Map<Thread<Question, Answer>, NodeJS.Timeout>()

  function wake(): Thread<Question, Answer> | undefined {
    for (const [thread, timer] of resting) {
      clearTimeout(timer)
      resting.delete(thread)
      if (thread.alive) return thread
    }
    return undefined
  }

  return async question => {
    const thread = wake() ?? startThread<Question, Answer>(url, limits)
    const answer = await thread.ask(question)
    const timer = setTimeout(() => {
      resting.delete(thread)
      thread.end()
    }, IDLE_MS).unref()
    resting.set(thread, timer)
    return answer
  }
}

interface Thread<Question, Answer> {
  readonly alive: boolean
  /** One question at a time. Rejects when the thread ends without an answer. */
  ask(question: Question): Promise<Answer>
  end(): void
}

function startThread<Question, Answer>(url: URL, resourceLimits: ResourceLimits): Thread<Question, Answer> {
  const worker = new Worker(url, { resourceLimits })
  let alive = true
  let asked: PromiseWithResolvers<Answer> | undefined
  worker.on('message', (answer: Answer) => asked?.resolve(answer))
  worker.on('error', error => asked?.reject(error))
  worker.on('exit', code => {
    alive = false
    asked?.reject(new Error(`The thread that looks at passwords ended (${code}).`))
  })
  // A thread that is listened to keeps the process awake: it must not, but for whoever waits for an answer, such as `admin bootstrap`.
  worker.unref()
  return {
    get alive() {
      return alive
    },
    ask(question) {
      asked = Promise.withResolvers<Answer>()
      worker.ref()
      worker.postMessage(question)
      return asked.promise.finally(() => worker.unref())
    },
    end: () => void worker.terminate(),
  }
}
