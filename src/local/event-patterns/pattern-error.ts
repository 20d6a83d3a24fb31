/** The reason why a pattern is not valid, in the words of event-ruler. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Adds the current place in the text to an error that has none. */
export function located<T>(reader: { fail(reason: string): never }, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PatternError) return reader.fail(error.message);
    throw error;
  }
}
