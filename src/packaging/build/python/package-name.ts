// Compares names of Python packages, which can be spelled in several ways.

/** The normalized name (PEP 503): two spellings of one name become equal. */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
