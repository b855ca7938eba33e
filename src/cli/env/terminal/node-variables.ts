type Environment = Readonly<Record<string, string | undefined>>

/** Variables for Node.js itself are meant for the program, not for the Node.js process that starts it. */
const STEERING = /^NODE_/
const ASIDE = 'ONECLAW_ASIDE_'

/** Renames the variables that would affect a Node.js process with this environment, so that it ignores them. */
export function withoutNodeVariables(env: Environment): Record<string, string> {
  return renamed(env, name => (STEERING.test(name) ? ASIDE + name : name))
}

/** Restores the names. */
export function withNodeVariables(env: Environment): Record<string, string> {
  return renamed(env, name => (name.startsWith(ASIDE) ? name.slice(ASIDE.length) : name))
}

function renamed(env: Environment, name: (name: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[name(key), value]])))
}
