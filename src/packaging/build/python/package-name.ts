// Names of Python packages, which are written in several ways.

/** Names of packages and files compare like this (PEP 503). */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
