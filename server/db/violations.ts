/**
 * True for the error of a statement that broke a UNIQUE or PRIMARY KEY constraint, on both engines. The unit of work has then failed; a
 * service either uses `ON CONFLICT` or turns the error of `run` into `resource.conflict`.
 */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  // PostgreSQL: SQLSTATE unique_violation. SQLite gives only its primary result code; the constraint is in the text.
  return error.code === '23505' || (error.code === 'SQLITE_CONSTRAINT' && error.message.includes('UNIQUE constraint failed'))
}

/** True for the error of a statement that referred to a row that does not exist (any more), on both engines. */
export function isForeignKeyViolation(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === '23503' || (error.code === 'SQLITE_CONSTRAINT' && error.message.includes('FOREIGN KEY constraint failed'))
}
