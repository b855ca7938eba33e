/** For inputs whose text must stay exactly as typed, such as paths, patterns and addresses: browsers neither suggest nor correct it. */
export const EXACT = { autoComplete: 'off', autoCapitalize: 'none', autoCorrect: 'off', spellCheck: false } as const
