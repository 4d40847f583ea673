/** Something the user can mend: one sentence on stderr, exit code 2, nothing written. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something that went wrong on the way and is no fault in the program: one sentence on stderr, exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
