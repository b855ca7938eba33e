/**
 * Modules of Node for what runs on every start. An ES `import` of one evaluates all its exports, the lazy ones too: for `node:fs` that
 * loads the streams (6 ms), for `node:util` and `node:crypto` parts that nobody here uses. This way only what is called is loaded.
 */
export const fs = process.getBuiltinModule('node:fs')

/** Loaded when it is called for: 6 ms. */
export const crypto = () => process.getBuiltinModule('node:crypto')
