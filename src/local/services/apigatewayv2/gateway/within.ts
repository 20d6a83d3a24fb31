// A time limit for a promise.

/** Resolves undefined after so many milliseconds. The work goes on, and its failure is ignored then. */
export async function within<T>(milliseconds: number, awaited: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([awaited, limit]);
  } finally {
    clearTimeout(timer);
    awaited.catch(() => {});
  }
}
