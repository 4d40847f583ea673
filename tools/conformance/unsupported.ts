/** Thrown where a case asks for what we do not have: it is counted apart, neither passed nor failed. */
export class Unsupported extends Error {
  /** @param what - the name that is missing, with the argument in brackets where only that is */
  constructor(readonly what: string) {
    super(`${what} is not supported`)
  }
}
