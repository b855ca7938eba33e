/**
 * Node.js modules for code that runs at every start. An ES `import` evaluates all their exports, even lazy ones: `node:fs` loads the
 * streams (6 ms), `node:util` and `node:crypto` load unused parts. This way only called functions are loaded.
 */
export const fs = process.getBuiltinModule('node:fs')

/** Loaded when it is called: 6 ms. */
export const crypto = () => process.getBuiltinModule('node:crypto')
