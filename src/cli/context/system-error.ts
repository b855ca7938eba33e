/** The system's reason for a failed write, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on device',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device fails',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its parent is not a folder',
  EEXIST: 'a file with this name is in the way',
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** `no space left on device` and so on; the bare code if there are no words for it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  return WORDS[code ?? ''] ?? code ?? 'it failed'
}

/** The reason why a file cannot be read, such as `there is no such file`. */
export function unreadable(error: unknown): string {
  const code = codeOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : reasonOf(error)
}

/** Whether it is a full disk or a broken device, and not a mistake of the person. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(codeOf(error) ?? '')
}
