// The binary media types of a REST API.

/**
 * Whether a value of Content-Type or Accept is one of the binary media types. Only its first type counts. A wildcard
 * stands for all subtypes, `application/*`, or for everything.
 */
export function isBinary(value: string | undefined, binaryMediaTypes: readonly string[] = []): boolean {
  if (binaryMediaTypes.includes('*/*')) return true;
  const [type, subtype, more] = (value ?? '').split(',')[0]?.split(';')[0]?.trim().split('/') ?? [];
  if (!type || !subtype || more !== undefined) return false;
  return binaryMediaTypes.some((binary) => {
    const [wanted, of] = binary.split(';')[0]?.split('/') ?? [];
    return wanted !== '*' && wanted === type && (of === '*' || of === subtype);
  });
}
