type Environment = Readonly<Record<string, string | undefined>>

/** Variables that steer Node itself are for the program, not for the Node.js that starts it. */
const STEERING = /^NODE_/
const ASIDE = 'ONECLAW_ASIDE_'

/** Puts aside what would steer a Node.js that is started with this environment. */
export function withoutNodeVariables(env: Environment): Record<string, string> {
  return renamed(env, name => (STEERING.test(name) ? ASIDE + name : name))
}

/** The environment as it was. */
export function withNodeVariables(env: Environment): Record<string, string> {
  return renamed(env, name => (name.startsWith(ASIDE) ? name.slice(ASIDE.length) : name))
}

function renamed(env: Environment, name: (name: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[name(key), value]])))
}
